import type { RuntimePackages } from './bundle-sbom.ts';

const mit = (holder: string): string => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

/** Who holds the rights to what server.mjs and wasm/ are built from; all of it is under the MIT licence. */
const HOLDERS: ReadonlyMap<string, string> = new Map([
  ['onnxruntime-web', 'Microsoft Corporation'],
  ['zod', '2025 Colin McDonnell'],
]);

function carriedText({ name, license }: RuntimePackages['carried'][number]): [path: string, text: string] {
  const holder = HOLDERS.get(name);
  if (holder === undefined || license !== 'MIT') throw new Error(`The bundle carries ${name} without its licence.`);
  return [`LICENSES/MIT-${name}.txt`, mit(holder)];
}

/** Files of LICENSES/: the texts of what the bundle carries, and a list of what `npm ci` adds with its own texts. */
export function licenceFiles(packages: RuntimePackages, ownLicence: string): Readonly<Record<string, string>> {
  const line = ({ name, version, license }: RuntimePackages['carried'][number]) => `${name} ${version}: ${license}`;
  return {
    'LICENSES/Apache-2.0.txt': ownLicence,
    ...Object.fromEntries(packages.carried.map(carriedText)),
    'LICENSES/README.txt': [
      'server.mjs, start.mjs, verify.mjs: Apache-2.0 (Apache-2.0.txt).',
      'Built into server.mjs: zod (MIT-zod.txt).',
      'wasm/: ONNX Runtime (MIT-onnxruntime-web.txt).',
      'model.onnx and the documents beside it: yours.',
      '',
      'Carried in this bundle:',
      ...packages.carried.map(line),
      '',
      'Installed by "npm ci" (each package brings its own text):',
      ...packages.installed.map(line),
      '',
    ].join('\n'),
  };
}
