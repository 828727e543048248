/** Tells the operators of the service what they should know. Callers never pass a secret. */
export interface Logger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
