const UNITS = { Mi: 1, Gi: 1024, Ti: 1024 * 1024 };

/** Of a quantity such as `512Mi` or `2Gi`. */
export function toMebibytes(quantity: string): number {
  const unit = quantity.slice(-2) as keyof typeof UNITS;
  return Number(quantity.slice(0, -2)) * UNITS[unit];
}
