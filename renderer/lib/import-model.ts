import type { Job } from '../../shared/contract/jobs.ts';
import { api } from './api.ts';
import type { IncomingFile } from './incoming-files.ts';
import { uploadFile } from './upload-file.ts';

/** Sends a model where the engine cannot open its file, and starts its import; answers the job. */
export async function importModel({ source }: IncomingFile): Promise<Job['id']> {
  const { jobId } = await api.models.import({
    source:
      source.kind === 'path'
        ? source
        : {
            kind: 'upload',
            uploadId: await uploadFile(source.file, { signal: new AbortController().signal, onProgress: () => {} }),
          },
    target: 'label',
  });
  return jobId;
}
