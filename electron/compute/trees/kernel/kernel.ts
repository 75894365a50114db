// Kernels of histogram tree growing, compiled to WebAssembly SIMD by AssemblyScript. They work on one memory that all
// threads share; every pointer is a byte offset into it. No allocation happens here.
//
// Gradient and hessian of a row are a pair of 32-bit integers, scaled by powers of two; a cell of a histogram holds their
// sums as two 64-bit integers. Integers add up to the same sum in any order, so that trees do not depend on how many
// threads shared the rows. A feature has a cell for each bin of values and one more, the last, for missing values.

export * from './histograms';
export * from './best-threshold';
export * from './leaf-rows';
export * from './integer-pairs';
export * from './gradients';
export * from './binning';
