import ts from 'typescript';

/** The comments of an interface and of its members. */
interface Documented {
  readonly text: string;
  readonly members: ReadonlyMap<string, string>;
}

/** The doc comments of every interface in a source text, with those of the interfaces that it extends. */
export function docComments(source: string): ReadonlyMap<string, Documented> {
  const file = ts.createSourceFile('props.ts', source, ts.ScriptTarget.Latest, true);
  const declared = new Map(
    file.statements.filter(ts.isInterfaceDeclaration).map((one) => [one.name.text, one]),
  );
  const membersOf = (one: ts.InterfaceDeclaration): readonly (readonly [string, string])[] => [
    ...parentsOf(one).flatMap((name) => {
      const parent = declared.get(name);
      return parent ? membersOf(parent) : [];
    }),
    ...one.members.flatMap((member) =>
      member.name && ts.isIdentifier(member.name) ? [[member.name.text, commentOf(member)] as const] : [],
    ),
  ];
  return new Map(
    [...declared].map(([name, one]) => [name, { text: commentOf(one), members: new Map(membersOf(one)) }]),
  );
}

const parentsOf = ({ heritageClauses = ts.factory.createNodeArray() }: ts.InterfaceDeclaration) =>
  heritageClauses.flatMap(({ types }) => types.map(({ expression }) => expression.getText()));

function commentOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return ts.getTextOfJSDocComment(comment?.comment) ?? '';
}
