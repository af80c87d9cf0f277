import { Page } from './Page';
import { Trouble } from './Trouble';

/** Stands where a page has nothing to show, because the server did not give it. */
export function PageProblem({ title, error }: { title: string; error: Error }) {
  return (
    <Page title={title}>
      <Trouble error={error} />
    </Page>
  );
}
