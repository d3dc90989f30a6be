import { type FloatDType, floatParts } from "./float-parts.js";

/** `digits[0].digits[1]digits[2]… * 10 ** exponent`. */
export interface DecimalDigits {
  readonly digits: string;
  readonly exponent: number;
}

/**
 * Where to stop, if the digits have not come to an end before: after so many digits, or so many places behind the
 * decimal point. `atLeast` digits are written even where fewer would do.
 */
export type DigitLimit = { readonly digits: number; readonly atLeast?: number } | { readonly decimals: number };

/**
 * The shortest decimal digits that tell a float from its neighbours in its own dtype; where the limit cuts them off, or
 * more are asked for, those of the exact value, the last one rounded to nearest (a tie to the even digit).
 *
 * @param value - finite, not negative; with a limit of `decimals`, zero or large enough to have a digit before the cut
 * @see R. G. Burger and R. K. Dybvig, "Printing Floating-Point Numbers Quickly and Accurately", PLDI 1996, figure 3;
 *   NumPy's `format_float_positional` and `format_float_scientific` with `unique=True`
 */
export function decimalDigits(value: number, dtype: FloatDType, limit: DigitLimit): DecimalDigits {
  if (value === 0) return { digits: "0", exponent: 0 };
  const { significand, exponent: binaryExponent, closerBelow } = floatParts(value, dtype);

  // value = rest / scale, and half the distance to the next float below and above is below / scale, above / scale.
  // The factor makes the smaller half distance a whole number.
  const factor = closerBelow ? 4n : 2n;
  const up = 1n << BigInt(Math.max(binaryExponent, 0));
  let rest = significand * factor * up;
  let scale = factor << BigInt(Math.max(-binaryExponent, 0));
  let below = up;
  let above = closerBelow ? 2n * up : up;

  // Scale so that 1 <= rest / scale < 10. The logarithm may be off by one next to a power of ten.
  let exponent = Math.floor(Math.log10(value));
  if (exponent > 0) scale *= 10n ** BigInt(exponent);
  else enlarge(10n ** BigInt(-exponent));
  if (rest >= 10n * scale) {
    exponent++;
    scale *= 10n;
  } else if (rest < scale) {
    exponent--;
    enlarge(10n);
  }

  const most = "digits" in limit ? limit.digits : exponent + 1 + limit.decimals;
  const least = "digits" in limit ? (limit.atLeast ?? 1) : 1;
  // Reading rounds a tie to the even significand, so an even one also owns the ends of its interval.
  const ownsEnds = significand % 2n === 0n;
  const digits: number[] = [];
  for (;;) {
    const digit = Number(rest / scale);
    rest %= scale;
    const downIsEnough = ownsEnds ? rest <= below : rest < below;
    const upIsEnough = ownsEnds ? rest + above >= scale : rest + above > scale;
    const count = digits.push(digit);
    if (count >= most || (count >= least && (downIsEnough || upIsEnough))) {
      const half = 2n * rest - scale;
      const nearestIsUp = half > 0n || (half === 0n && digit % 2 === 1);
      if (downIsEnough === upIsEnough ? nearestIsUp : upIsEnough) exponent += increment(digits);
      return { digits: digits.join(""), exponent };
    }
    enlarge(10n);
  }

  function enlarge(by: bigint): void {
    rest *= by;
    below *= by;
    above *= by;
  }
}

/** Adds one to the last digit, dropping the nines that turn to zeros; returns 1 if the number grew by a digit. */
function increment(digits: number[]): 0 | 1 {
  while (digits.at(-1) === 9) digits.pop();
  const last = digits.pop();
  digits.push((last ?? 0) + 1);
  return last === undefined ? 1 : 0;
}
