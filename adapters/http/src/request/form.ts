import { ValidationFailed } from '@user-management/domain';

/**
 * The members of a form (`application/x-www-form-urlencoded`). OAuth 2.0 forbids a repeated one (RFC 6749,
 * 3.2). @throws {ValidationFailed}
 */
export function parseForm(text: string): Readonly<Record<string, string>> {
  const members = new URLSearchParams(text);
  const form = Object.fromEntries(members);
  if (Object.keys(form).length < members.size) {
    throw new ValidationFailed('must have each member at most once');
  }
  return form;
}
