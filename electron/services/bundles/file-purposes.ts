/** What a file of a bundle is for, in a few words for people; the first pattern that fits. */
const PURPOSES: readonly (readonly [RegExp, string])[] = [
  [/^model\.onnx$/, 'model'],
  [/^bundle\.json$/, 'manifest'],
  [/^schema\.json$/, 'schema and rules'],
  [/^drift-reference\.json$/, 'drift reference'],
  [/^golden\.json$/, 'golden requests and answers'],
  [/^model-card\.html$/, 'model card'],
  [/^sbom\.cdx\.json$/, 'software bill of materials'],
  [/^LICENSES\//, 'licences'],
  [/^wasm\//, 'ONNX Runtime for WebAssembly'],
  [/^(server|start)\.mjs$/, 'server'],
  [/^verify\.mjs$/, 'conformance test'],
  [/^(package(-lock)?\.json|\.npmrc)$/, 'what npm start installs'],
  [/^README\.md$/, 'how to use it'],
  [/^SHA256SUMS$/, 'checksums'],
  [/^signature\.json$/, 'signature'],
];

export const purposeOf = (path: string): string => PURPOSES.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
