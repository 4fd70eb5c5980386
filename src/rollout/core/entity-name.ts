/** Databricks' own libraries cut the names of served entities here. */
const LONGEST_NAME = 60;
const SUFFIX_LENGTH = 6;

/**
 * A name for the served entity of one version: last part of the model's name, `-`, version; letters, digits, `-` and `_` only, at
 * most 60 characters. Where the name is taken by something else, or had to be cut, a part of a hash of model and version
 * makes it unique; the same version always gets the same name.
 *
 * @param taken Names of the other entities on the endpoint.
 * @param hash SHA-256 of a text in hexadecimal digits.
 */
export function entityNameFor(
  model: string,
  version: string,
  taken: readonly string[],
  hash: (text: string) => string,
): string {
  const last = model.split('.').at(-1) ?? model;
  const plain = `${safe(last)}-${safe(version)}`;
  if (plain.length <= LONGEST_NAME && !taken.includes(plain)) return plain;
  const room = LONGEST_NAME - safe(version).length - SUFFIX_LENGTH - 2;
  for (let attempt = 0; ; attempt += 1) {
    const suffix = hash(`${model} ${version} ${attempt}`).slice(0, SUFFIX_LENGTH);
    const name = `${safe(last).slice(0, Math.max(1, room))}-${safe(version)}-${suffix}`;
    if (!taken.includes(name)) return name;
  }
}

function safe(text: string): string {
  const name = text.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  return name === '' ? 'model' : name;
}
