import { binBounds } from '../../trees/bin-bounds.ts';
import { quantileOf, sortedFloats } from './number-scale.ts';

/** Numbers with this many values or fewer get a step at each of them. */
const FEW_VALUES = 32;
/** A column more skewed than this is no bell: its scale alone says little about its order. */
const SKEWED = 1.2;
/** Values looked at to tell how skewed a column is. */
const SAMPLE = 50_000;

/**
 * Knots of a piecewise linear encoding (Gorishniy, Rubachev and Babenko 2022): between two neighbouring knots a cell of
 * its own rises from 0 to 1. Codes and counts (up to 32 values) get a knot at each value, skewed numbers `most` steps of
 * equal frequency; bells, flags and constants need none. Ascending floats; empty for none. NaN and infinite values do not
 * count; `most` 0 turns the encoding off.
 */
export function stepKnots(values: Float64Array, most: number): readonly number[] {
  if (most === 0) return [];
  const few = fewValues(values);
  if (few !== null) return few.length <= 2 ? [] : usable(few);
  if (Math.abs(skewness(values)) < SKEWED) return [];
  const finite = Float32Array.from(values).filter(Number.isFinite);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of finite) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return usable([low, ...binBounds(finite, most), high]);
}

/** The distinct floats, ascending; null, soon after the first of them, where there are more than a few. */
function fewValues(values: Float64Array): number[] | null {
  const distinct = new Set<number>();
  let last = Number.NaN;
  for (let row = 0; row < values.length; row++) {
    const value = Math.fround(values[row] ?? Number.NaN);
    if (value === last || value - value !== 0) continue;
    last = value;
    // Zero of either sign is one value.
    distinct.add(value === 0 ? 0 : value);
    if (distinct.size > FEW_VALUES) return null;
  }
  return [...distinct].sort((a, b) => a - b);
}

/** Parts of equal frequency by which a rank is told. */
const RANK_PARTS = 100;

/**
 * Knots of equal frequency, from the smallest value to the largest: between them a value's mean rise is its rank. Empty
 * where fewer than three can be told apart. NaN and infinite values do not count.
 */
export function quantileKnots(values: Float64Array): readonly number[] {
  const sorted = sortedFloats(values);
  if (sorted.length === 0) return [];
  return usable(
    Array.from({ length: RANK_PARTS + 1 }, (_, part) => Math.fround(quantileOf(sorted, part / RANK_PARTS))),
  );
}

/** Ascending knots whose distances are floats: a step too narrow or too wide to divide by is left out. */
function usable(knots: readonly number[]): number[] {
  const kept: number[] = [];
  for (const knot of knots) {
    const last = kept.at(-1);
    const width = last === undefined ? 1 : Math.fround(knot - last);
    if (width > 1e-30 && width < 1e30) kept.push(knot);
  }
  return kept.length > 2 ? kept : [];
}

/** Third standardised moment of an evenly spaced sample; 0 for a constant. */
function skewness(values: Float64Array): number {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += step) {
    const value = Math.fround(values[i] ?? Number.NaN);
    if (Number.isFinite(value)) sample.push(value);
  }
  const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
  let [second, third] = [0, 0];
  for (const value of sample) {
    second += (value - mean) ** 2;
    third += (value - mean) ** 3;
  }
  const deviation = Math.sqrt(second / sample.length);
  return deviation > 0 ? third / sample.length / deviation ** 3 : 0;
}
