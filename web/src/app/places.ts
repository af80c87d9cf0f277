import { IconActivity, IconWebhook } from '@tabler/icons-react';

/** The places of the left rail, in their order. */
export const places = [
  { to: '/executions', icon: IconActivity, title: 'places.executions' },
  { to: '/deliveries', icon: IconWebhook, title: 'places.deliveries' },
] as const;
