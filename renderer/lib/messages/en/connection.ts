/** Texts about the line between page and engine. */
export const connectionMessages = {
  unreachable: 'The engine does not answer.',
  unreachableRemedy: 'The page connects again by itself; if it does not within a minute, restart Drydock.',
  unreachableKept: 'Nothing that was saved is lost, and running jobs go on or can be resumed.',
  placeUnreachable: 'This place could not be loaded.',
  placeUnreachableRemedy: 'It opens by itself as soon as the engine is back.',
  noSuchJob: (id: string) => `There is no job "${id}".`,
  uploadBroken: (file: string) => `${file} could not be sent to the engine.`,
  uploadNothing: 'There is no file in it.',
  uploadRemedy: 'Drop the file again.',
} as const;
