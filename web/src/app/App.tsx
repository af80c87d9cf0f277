import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { isOffline } from '../lib/api/problem';
import { cssVariablesResolver, theme } from '../ui/theme';
import { colorSchemeManager } from './colorscheme';
import { router } from './router';

// What the server refused it will refuse again; a server that is away may come back.
const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (_, err) => isOffline(err),
      retryDelay: (attempt) => Math.min(15_000, 1_000 * 2 ** attempt),
      staleTime: 2_000,
      networkMode: 'always', // the server may be on this machine
    },
    mutations: { networkMode: 'always' },
  },
});

// Mantine puts its variables into a style element, and what locks the scrolling behind a dialog does so, too. The content
// security policy admits them by its nonce.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
setNonce(nonce);

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
