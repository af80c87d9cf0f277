import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { executionSearch, listSearch } from '../lib/search';
import { Failure } from './Failure';
import { Gate } from './Gate';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: Failure });

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/SetUp'), 'SetUp'),
});

// Everything below asks first who has signed in.
const gate = createRoute({ getParentRoute: () => root, id: 'signed-in', component: Gate });
const shell = createRoute({ getParentRoute: () => gate, id: 'shell', component: Shell });

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/executions', replace: true });
  },
});
const executions = createRoute({
  getParentRoute: () => shell,
  path: '/executions',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../pages/executions/Executions'), 'Executions'),
});
const deliveries = createRoute({
  getParentRoute: () => shell,
  path: '/deliveries',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../pages/deliveries/Deliveries'), 'Deliveries'),
});
const execution = createRoute({
  getParentRoute: () => shell,
  path: '/executions/$id',
  validateSearch: executionSearch,
  component: lazyRouteComponent(() => import('../pages/execution/ExecutionPage'), 'ExecutionPage'),
});
const delivery = createRoute({
  getParentRoute: () => shell,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('../pages/delivery/DeliveryPage'), 'DeliveryPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    setUp,
    gate.addChildren([shell.addChildren([home, executions, execution, deliveries, delivery])]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
