import { readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bindingPath,
  madePath,
  nativeFolder,
  nativePart,
  TENSORFLOW_VERSION,
  TFJS_NODE_VERSION,
} from '../../compute/tfjs/native-part.ts';
import type { TaskContext } from '../../jobs/task.ts';
import {
  downloadWheels,
  type Made,
  madeBeside,
  packageFolder,
  probed,
  requireLinux,
  runProgram,
  tellStage,
  unpackWheels,
} from './setup-steps.ts';

const STAGES = ['download', 'unpack', 'compile', 'check'] as const;
/** What of the wheel is needed: two libraries and the headers the addon is compiled with. */
const WANTED = ['include/', 'libtensorflow_cc.so', 'libtensorflow_framework.so'].map((path) => `tensorflow/${path}`);

/**
 * Makes the native part of tfjs-node from package registries alone: TensorFlow's library out of its wheel for Python, the
 * addon compiled here from the sources that come with the package. Everything is made beside and renamed at the end; what is
 * already set up is only checked.
 */
export async function setupTfjsNode(context: TaskContext): Promise<Made> {
  const folder = nativeFolder();
  if (nativePart() === null) await make(folder, context);
  tellStage(context, STAGES, 'check');
  const detail = await probed('tensorflow', { name: 'TensorFlow.js', folder, signal: context.signal });
  context.log(detail);
  return { folder, detail };
}

async function make(folder: string, context: TaskContext): Promise<void> {
  requireLinux('tfjs-node', 'TensorFlow.js trains on WebAssembly here; ONNX Runtime is quicker anyway.');
  const { signal } = context;
  const sources = packageFolder('@tensorflow/tfjs-node');
  const headers = join(packageFolder('node-api-headers'), 'include');
  await madeBeside(folder, async (work) => {
    const wheel = join(work, 'wheel');
    tellStage(context, STAGES, 'download');
    await downloadWheels([`tensorflow-cpu==${TENSORFLOW_VERSION}`], wheel, signal);
    tellStage(context, STAGES, 'unpack');
    await unpackWheels(wheel, work, { wanted: WANTED, signal });
    await rm(wheel, { recursive: true });
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
      await rename(join(work, 'tensorflow', name), join(work, name));
    await symlink('libtensorflow_cc.so.2', join(work, 'libtensorflow.so'));
    await symlink('libtensorflow_framework.so.2', join(work, 'libtensorflow_framework.so'));
    tellStage(context, STAGES, 'compile');
    const units = (await readdir(join(sources, 'binding'))).filter((name) => name.endsWith('.cc'));
    await runProgram(
      'g++',
      [
        ...'-std=c++17 -O2 -fPIC -shared -fvisibility=hidden -w'.split(' '),
        ...'-DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION'.split(' '),
        ...[headers, sources, join(work, 'tensorflow', 'include')].map((path) => `-I${path}`),
        ...units.map((name) => join(sources, 'binding', name)),
        `-L${work}`,
        ...'-ltensorflow -ltensorflow_framework -Wl,-rpath,$ORIGIN -o'.split(' '),
        bindingPath(work),
      ],
      signal,
    );
    await rm(join(work, 'tensorflow'), { recursive: true });
    await writeFile(madePath(work), JSON.stringify({ tensorflow: TENSORFLOW_VERSION, tfjsNode: TFJS_NODE_VERSION }));
  });
}
