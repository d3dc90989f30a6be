import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Types are written out in full, with the names that the sources give them. */
export const FLAGS = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

/** A package's sources as its users see them: types resolve to the sources of all packages, nothing has to be built. */
export interface PackageProgram {
  readonly checker: ts.TypeChecker;
  /** What a file exports, by name. */
  exportsOf(path: string): ts.Symbol[];
  /** Problems in a file, as text. */
  errorsOf(path: string): string[];
  fileAt(path: string): ts.SourceFile;
}

/**
 * @param folder - the package's, from the root
 * @param files - paths from that folder
 */
export function programOf(folder: string, files: readonly string[]): PackageProgram {
  const base = fileURLToPath(new URL(`../../../../${folder}/`, import.meta.url)).replaceAll("\\", "/");
  const { config } = ts.readConfigFile(`${base}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, base);
  const program = ts.createProgram(
    files.map((path) => base + path),
    options,
  );
  const checker = program.getTypeChecker();
  const fileAt = (path: string) => {
    const file = program.getSourceFile(base + path);
    if (file === undefined) throw new Error(`no file ${folder}/${path}`);
    return file;
  };
  return {
    checker,
    fileAt,
    exportsOf: (path) => {
      const module = checker.getSymbolAtLocation(fileAt(path));
      const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
      return symbols.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    errorsOf: (path) =>
      ts
        .getPreEmitDiagnostics(program, fileAt(path))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  };
}

/** The thing itself, where an export only passes it on. */
export function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Whether something is declared by this project, not by TypeScript's or Node's libraries. */
export function isOurs(symbol: ts.Symbol): boolean {
  const files = (symbol.declarations ?? []).map((declaration) => declaration.getSourceFile().fileName);
  return files.some((file) => !file.includes("/node_modules/"));
}

/** A member that users can reach: not private, `#private` or protected. */
export function isReachable(symbol: ts.Symbol): boolean {
  if (symbol.name.startsWith("#")) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (symbol.declarations ?? []).every((one) => (ts.getCombinedModifierFlags(one) & hidden) === 0);
}

/** The members that an exported class or interface adds to those that it inherits; of a class, static ones too. */
export function membersOf(checker: ts.TypeChecker, symbol: ts.Symbol): { member: ts.Symbol; isStatic: boolean }[] {
  const found: { member: ts.Symbol; isStatic: boolean }[] = [];
  const add = (type: ts.Type, bases: readonly ts.Type[], isStatic: boolean) => {
    const inherited = new Set(bases.flatMap((base) => checker.getPropertiesOfType(base)).map(declarationOf));
    for (const member of checker.getPropertiesOfType(type)) {
      const isOwn = !inherited.has(declarationOf(member)) && member.name !== "prototype";
      if (isOwn && isOurs(member) && isReachable(member)) found.push({ member, isStatic });
    }
  };
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  if (type.isClassOrInterface()) add(type, checker.getBaseTypes(type), false);
  if (symbol.flags & ts.SymbolFlags.Class) {
    const own = checker.getTypeOfSymbol(symbol);
    const bases = type.isClassOrInterface() ? checker.getBaseTypes(type) : [];
    add(
      own,
      bases.flatMap((base) => (base.symbol ? [checker.getTypeOfSymbol(base.symbol)] : [])),
      true,
    );
  }
  return found.sort((a, b) => Number(b.isStatic) - Number(a.isStatic) || (a.member.name < b.member.name ? -1 : 1));
}

function declarationOf({ declarations }: ts.Symbol): ts.Declaration | undefined {
  return declarations?.[0];
}

/** A member's name as it is written. */
export function nameOf(symbol: ts.Symbol): string {
  return symbol.name.replace(/^__@(\w+?)(@\d+)?$/, (_, name: string) =>
    name in Symbol || name === "asyncDispose" ? `[Symbol.${name}]` : `[${name}]`,
  );
}
