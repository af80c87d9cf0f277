/** The state of an execution, as the API names it. */
export type Status = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'canceled' | 'aborted';

/** Whether nothing will happen any more. */
export function hasEnded(status: string): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'canceled' || status === 'aborted';
}
