import { ValidationFailed } from '@user-management/domain';

/**
 * The members of a form (`application/x-www-form-urlencoded`). OAuth 2.0 forbids a repeated one (RFC 6749,
 * 3.2). @throws {ValidationFailed}
 */
export function parseForm(text: string): Readonly<Record<string, string>> {
  const form = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in form) throw new ValidationFailed('must have each member at most once');
    form[name] = value;
  }
  return form;
}
