// Products of dense matrices in double precision, compiled to WebAssembly SIMD by AssemblyScript. Rows lie one after the other,
// as wide as a multiple of four; every pointer is a byte offset. Blocks of 4 x 4 results stay in registers.
// Products are added without rounding between where the processor can: the last digit may differ from one kind of processor to another.

/** `into` += A'B, of widths a and b; with `isLower` only blocks of four on and below the diagonal. */
export function cross(a: usize, b: usize, rows: usize, widthA: usize, widthB: usize, into: usize, isLower: bool): void {
  const strideA = widthA << 3;
  const strideB = widthB << 3;
  for (let i: usize = 0; i < widthA; i += 4) {
    const end = isLower ? i + 4 : widthB;
    for (let j: usize = 0; j < end; j += 4)
      block(a + (i << 3), 8, strideA, b + (j << 3), strideB, rows, into + i * strideB + (j << 3), true);
  }
}

/** `into` = X B for a multiple of four rows; B has a row for each of X's columns. */
export function times(x: usize, b: usize, rows: usize, widthX: usize, widthB: usize, into: usize): void {
  const strideX = widthX << 3;
  const strideB = widthB << 3;
  for (let row: usize = 0; row < rows; row += 4)
    for (let j: usize = 0; j < widthB; j += 4)
      block(x + row * strideX, strideX, 8, b + (j << 3), strideB, widthX, into + row * strideB + (j << 3), false);
}

/** 4 x 4 results at `at`: rows of B from `q` on, each times four cells from `p` on that lie `down` apart and move `along`. */
@inline
function block(p: usize, down: usize, along: usize, q: usize, stride: usize, count: usize, at: usize, isAdded: bool): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (let k: usize = 0; k < count; k++) {
    const u = v128.load(q);
    const v = v128.load(q, 16);
    let x = v128.load64_splat(p);
    s00 = f64x2.relaxed_madd(x, u, s00);
    s01 = f64x2.relaxed_madd(x, v, s01);
    x = v128.load64_splat(p + down);
    s10 = f64x2.relaxed_madd(x, u, s10);
    s11 = f64x2.relaxed_madd(x, v, s11);
    x = v128.load64_splat(p + 2 * down);
    s20 = f64x2.relaxed_madd(x, u, s20);
    s21 = f64x2.relaxed_madd(x, v, s21);
    x = v128.load64_splat(p + 3 * down);
    s30 = f64x2.relaxed_madd(x, u, s30);
    s31 = f64x2.relaxed_madd(x, v, s31);
    p += along;
    q += stride;
  }
  put(at, s00, s01, isAdded);
  put(at + stride, s10, s11, isAdded);
  put(at + 2 * stride, s20, s21, isAdded);
  put(at + 3 * stride, s30, s31, isAdded);
}

@inline
function put(at: usize, first: v128, second: v128, isAdded: bool): void {
  v128.store(at, isAdded ? f64x2.add(v128.load(at), first) : first);
  v128.store(at, isAdded ? f64x2.add(v128.load(at, 16), second) : second, 16);
}

/** `into` = diag(q) X. */
export function scaled(x: usize, q: usize, rows: usize, width: usize, into: usize): void {
  for (let row: usize = 0; row < rows; row++, q += 8) {
    const factor = v128.load64_splat(q);
    for (let j: usize = 0; j < width; j += 4, x += 32, into += 32) {
      v128.store(into, f64x2.mul(factor, v128.load(x)));
      v128.store(into, f64x2.mul(factor, v128.load(x, 16)), 16);
    }
  }
}
