import { counted } from '../counted.ts';

/** Texts of held-out images and rows with what a model answers. */
export const modelImagesMessages = {
  imagesWrong: (wrong: string, all: string) => `${wrong} of ${all} held-out images are answered wrong.`,
  imagesAllRight: (all: string) => `All ${all} held-out images are answered right.`,
  imagesWorst: (label: string, share: string) => `${label} is hardest: ${share} of its images.`,
  imagesOrder: 'Wrong answers first, the surest of them at the top; then right ones, the least sure first.',
  imagesTruth: 'Is',
  imagesAnswer: 'Taken for',
  imagesAny: 'Any class',
  imagesOfClass: (label: string, wrong: string, all: string) => `${label}: ${wrong} of ${all} wrong`,
  imagesWrongOnly: 'Only wrong ones',
  imagesFound: (all: string, wrong: string) => `${counted(all, 'image')}, ${wrong} wrong`,
  imagesNone: 'No held-out image is of this kind.',
  imageMistaken: (answer: string) => `taken for ${answer}`,
  imageSure: (share: string) => `${share} sure`,
  imageGives: (label: string, probability: string) => `${label}: ${probability}`,
  imageAlt: (truth: string, answer: string, isWrong: boolean) => (isWrong ? `${truth}, taken for ${answer}` : truth),

  rowsOrder: 'Wrong answers first, the surest of them at the top; then right ones, the least sure first.',
  rowsOrderNumbers: 'Rows by the size of their error, the worst first.',
  rowsThreshold: (threshold: string) => `Answered at the threshold ${threshold}.`,
  rowsColumns: (shown: string, all: string) => `The first ${shown} of ${all} columns are shown.`,
  rowsFound: (all: string, wrong: string) => `${counted(all, 'row')}, ${wrong} wrong`,
  rowsCount: (all: string) => counted(all, 'row'),
  rowsNone: 'No held-out row is of this kind.',
  rowsRow: 'Row',
  rowsSure: 'Sure',
  rowsOff: 'Off by',
} as const;
