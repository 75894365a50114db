/** Texts of held-out images with what a model answers. */
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
  imagesFound: (all: string, wrong: string) => `${all} images, ${wrong} wrong`,
  imagesNone: 'No held-out image is of this kind.',
  imageMistaken: (truth: string, answer: string) => `${truth} taken for ${answer}`,
  imageSure: (share: string) => `${share} sure`,
  imageGives: (label: string, probability: string) => `${label}: ${probability}`,
  imageAlt: (truth: string, answer: string, isWrong: boolean) => (isWrong ? `${truth}, taken for ${answer}` : truth),
} as const;
