/** A dotted name as SQL takes it: every part in backticks, so that no character of a name can end it. */
export function sqlName(dotted: string): string {
  return dotted.split('.').map(backticked).join('.');
}

/** A user, group or service principal as SQL takes it. */
export function sqlPrincipal(principal: string): string {
  return backticked(principal);
}

/** One word for a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function backticked(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``;
}

/** Kinds of objects as `GRANT` names them; a registered model is a function there. */
const SQL_KIND = { catalog: 'CATALOG', schema: 'SCHEMA', volume: 'VOLUME', model: 'FUNCTION' } as const;

export type GrantKind = keyof typeof SQL_KIND;

/** The statement with which an owner or administrator gives a privilege. */
export function grantStatement(privilege: string, kind: GrantKind, name: string, principal: string): string {
  return `GRANT ${privilege.replaceAll('_', ' ')} ON ${SQL_KIND[kind]} ${sqlName(name)} TO ${sqlPrincipal(principal)};`;
}
