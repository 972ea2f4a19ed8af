import { join } from 'node:path'
import ts from 'typescript'
import { fileMeant, scriptOf } from './import-graph'

/** What a file lets others import, and what it imports from others. */
export interface Surface {
  path: string
  /** Exported names; `own` where the file itself uses it too, `from` another file where it is only passed on. */
  exports: { name: string, own: boolean, from?: { path: string, name: string } }[]
  /** Names taken from other files; `*` for all there are. */
  imports: { path: string, name: string }[]
}

/** Reads the surface of one file. */
export function surfaceOf(root: string, path: string): Surface {
  const text = scriptOf(join(root, path))
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS)
  const surface: Surface = { path, exports: [], imports: [] }
  // How often each word stands there, but not as a member of something (`a.name`); a spread (`...name`) counts.
  const words = new Map<string, number>()
  for (const [, dots, word] of text.matchAll(/(\.{0,3})([\w$]+)/g)) if (dots !== '.') words.set(word!, (words.get(word!) ?? 0) + 1)
  // Once where it is declared; more often where the file uses it.
  const declared = (name: string): void => {
    surface.exports.push({ name, own: (words.get(name) ?? 0) > 1 })
  }
  const meant = (specifier: ts.Expression): string | undefined => fileMeant(root, path, (specifier as ts.StringLiteral).text)
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) readImport(statement)
    else if (ts.isExportDeclaration(statement)) readExport(statement)
    else if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
      if (ts.getModifiers(statement)!.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) continue
      if (ts.isVariableStatement(statement)) statement.declarationList.declarations.forEach(({ name }) => namesIn(name).forEach(declared))
      else if ('name' in statement) declared((statement.name as ts.Identifier).text)
    }
  }
  // A module that is loaded while the program runs gives all it has.
  for (const [, target] of text.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)(?!\.)/g)) all(fileMeant(root, path, target!))
  for (const [, target, name] of text.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)\.(\w+)/g)) take(fileMeant(root, path, target!), name!)
  return surface

  function take(from: string | undefined, name: string): void {
    if (from !== undefined) surface.imports.push({ path: from, name })
  }
  function all(from: string | undefined): void {
    take(from, '*')
  }
  function readImport({ moduleSpecifier, importClause }: ts.ImportDeclaration): void {
    const from = meant(moduleSpecifier)
    const bindings = importClause?.namedBindings
    if (bindings && ts.isNamespaceImport(bindings)) all(from)
    else if (bindings) for (const { name, propertyName } of bindings.elements) take(from, (propertyName ?? name).text)
  }
  function readExport({ moduleSpecifier, exportClause }: ts.ExportDeclaration): void {
    const from = moduleSpecifier && meant(moduleSpecifier)
    if (!exportClause) return all(from)
    if (ts.isNamespaceExport(exportClause)) return all(from)
    for (const { name, propertyName } of exportClause.elements) {
      const original = (propertyName ?? name).text
      surface.exports.push({ name: name.text, own: false, ...(from !== undefined && { from: { path: from, name: original } }) })
      take(from, original)
    }
  }
}

function namesIn(name: ts.BindingName): string[] {
  return ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => ts.isOmittedExpression(element) ? [] : namesIn(element.name))
}

/**
 * Exports of `files` that are not needed: those that no file imports, and those that only tests import and that the file
 * itself does not use, so that nothing but a test is left of them.
 * @param files whose exports are looked at; all others only import
 */
export function unneededExports(surfaces: readonly Surface[], files: (path: string) => boolean, isTest: (path: string) => boolean): string[] {
  const users = new Map<string, Set<string>>()
  for (const { path: by, imports } of surfaces) {
    for (const { path, name } of imports) {
      const key = `${path}#${name}`
      users.set(key, (users.get(key) ?? new Set<string>()).add(by))
    }
  }
  return surfaces.filter(({ path }) => files(path)).flatMap(({ path, exports }) => exports.flatMap(({ name, own, from }) => {
    const by = [...users.get(`${path}#${name}`) ?? [], ...users.get(`${path}#*`) ?? []]
    if (by.length === 0) return [`${path}: ${name} is imported by no one`]
    if (!own && !from && by.every(isTest)) return [`${path}: ${name} is used by tests alone`]
    return []
  }))
}
