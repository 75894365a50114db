import type { Bundle, Endpoint } from '../../../shared/contract/bundles.ts';

const isUp = (endpoint: Endpoint): boolean => endpoint.state === 'ready' || endpoint.state === 'starting';

/**
 * The server of a bundle: the one that was started from it in this window, else one that runs under the bundle's name
 * (`model@version`), else the last that did. Undefined when it was never served.
 */
export function endpointOf(
  bundle: Pick<Bundle, 'model' | 'modelVersion' | 'path'>,
  endpoints: readonly Endpoint[],
  servedId: string | undefined,
): Endpoint | undefined {
  const own = endpoints.find((one) => one.id === servedId);
  if (own !== undefined) return own;
  const named = endpoints.filter(
    ({ name }) => name === `${bundle.model}@${bundle.modelVersion}` || name === bundle.path,
  );
  return named.findLast(isUp) ?? named.at(-1);
}
