import { readEndpoint } from '../store/workspace-lock.ts';

/** The address of the page that another start of Drydock serves for a workspace; undefined when it serves none. */
export async function findRunningPage(workspace: string): Promise<string | undefined> {
  const endpoint = readEndpoint(workspace);
  if (!endpoint?.url || !endpoint.token) return undefined;
  const address = `${endpoint.url}/?token=${endpoint.token}`;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(2000) });
    return answer.ok ? address : undefined;
  } catch {
    // Its host does not answer: there is no page to lead to.
    return undefined;
  }
}
