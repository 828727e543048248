import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type * as z from 'zod';
import { FileProblem } from './file-problem.ts';

/**
 * Parses the text of a JSON file. A message has the line of each fault, and never a value: the file holds
 * secrets. @throws {FileProblem}
 */
export function parseList<T>(text: string, schema: z.ZodType<T>): T {
  const root = parseJson(text);
  const parsed = schema.safeParse(unlessTooDeep(() => getNodeValue(root) as unknown));
  if (parsed.success) return parsed.data;
  throw new FileProblem(parsed.error.issues.flatMap((issue) => told(issue, root, text)).join(' '));
}

function parseJson(text: string): Node {
  const errors: ParseError[] = [];
  const root = unlessTooDeep(() => parseTree(text, errors, { disallowComments: true }));
  const [error] = errors;
  if (error || !root) throw new FileProblem(`Line ${lineAt(text, error?.offset ?? 0)} is not valid JSON.`);
  return root;
}

/** The parser calls itself for each level of brackets, so a hostile text ends its stack. */
function unlessTooDeep<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FileProblem('It has too many levels of brackets.');
  }
}

function told(issue: z.core.$ZodIssue, root: Node, text: string): string[] {
  if (issue.code !== 'unrecognized_keys') return [sentence(issue.path, issue.message, root, text)];
  return issue.keys.map((key) => sentence([...issue.path, key], 'is not a known member', root, text));
}

function sentence(path: readonly PropertyKey[], message: string, root: Node, text: string): string {
  const members = path.map((part) => (typeof part === 'number' ? part : String(part)));
  const subject = members.findLast((part) => typeof part === 'string') ?? 'the value';
  return `Line ${lineAt(text, nearest(root, members).offset)}: ${subject} ${message}.`;
}

/** A member that is missing has no place of its own, so it is at the place of its object. */
function nearest(root: Node, path: readonly (string | number)[]): Node {
  if (path.length === 0) return root;
  return findNodeAtLocation(root, [...path]) ?? nearest(root, path.slice(0, -1));
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
