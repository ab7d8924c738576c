import ts from 'typescript';

/** Stands where something is filled in. */
export const hole = '\u0001';
const most = 64;

/** The sentences that a TypeScript text can say: each as it can come out, with `hole` for what is filled in. A log is not listened to. */
export function sentencesIn(text: string): readonly string[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const found = new Set<string>();
  const spoken = new Set<ts.Node>();
  const known = namedIn(source);
  const visit = (node: ts.Node): void => {
    if (isForNobody(node)) return;
    if (isText(node) && !spoken.has(node)) for (const one of variants(node, spoken, known)) found.add(one.trim());
    ts.forEachChild(node, visit);
  };
  for (const value of known.values()) spoken.add(value);
  visit(source);
  return [...found].filter(isSentence);
}

type Known = ReadonlyMap<string, ts.Expression>;

/** Texts that have a name in this file, one text a name, and stand in others by it. */
function namedIn(source: ts.SourceFile): Known {
  const known = new Map<string, ts.Expression | null>();
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined && isSpoken(node.initializer))
      known.set(node.name.text, known.has(node.name.text) ? null : node.initializer);
    if (ts.isTemplateSpan(node) && ts.isIdentifier(node.expression)) used.add(node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return new Map([...known].flatMap(([name, text]) => (text === null || !used.has(name) ? [] : [[name, text] as const])));
}

const isText = (node: ts.Node): node is ts.StringLiteralLike | ts.TemplateExpression =>
  ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

const isSpoken = (node: ts.Expression): boolean =>
  isText(node) ||
  (ts.isParenthesizedExpression(node) && isSpoken(node.expression)) ||
  (ts.isConditionalExpression(node) && (isSpoken(node.whenTrue) || isSpoken(node.whenFalse)));

function isForNobody(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return true;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { name, expression } = node.expression;
  return ['debug', 'info', 'warn', 'error'].includes(name.text) && /(^|\.)log$/.test(expression.getText());
}

function variants(node: ts.Expression, spoken: Set<ts.Node>, known: Known): readonly string[] {
  const again = (one: ts.Expression): readonly string[] => variants(one, spoken, known);
  spoken.add(node);
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return again(node.expression);
  if (ts.isConditionalExpression(node)) return [...again(node.whenTrue), ...again(node.whenFalse)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) return [hole, ...again(node.right)];
  if (ts.isIdentifier(node)) {
    const named = known.get(node.text);
    return named === undefined ? [hole] : again(named);
  }
  if (!ts.isTemplateExpression(node)) return [hole];
  return node.templateSpans.reduce<readonly string[]>(
    (all, { expression, literal }) =>
      all.flatMap((before) => again(expression).map((one) => `${before}${one}${literal.text}`)).slice(0, most),
    [node.head.text],
  );
}

/** Two words, or a word beside something filled in. */
function isSentence(text: string): boolean {
  const words = text.replaceAll(/\S*[\\/@<>$_=]\S*/g, ' ').match(/(?<![\w-])[a-z]{2,}(?![\w-])/g) ?? [];
  return text.includes(' ') && (words.length > 1 || (words.length > 0 && text.includes(hole)));
}
