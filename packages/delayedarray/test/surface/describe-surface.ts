import ts from "typescript";
import { FLAGS, isOurs, membersOf, nameOf, type PackageProgram, resolved } from "./program.js";

/** Everything that a module exports, and the members of classes and interfaces, with their types, as text. */
export function describeSurface({ checker, exportsOf }: PackageProgram, path: string): string {
  return exportsOf(path)
    .flatMap((symbol) => describe(checker, symbol.name, resolved(checker, symbol)))
    .map((line) => `${line}\n`)
    .join("");
}

/** Names that exist when the code runs. */
export function valuesOf({ checker, exportsOf }: PackageProgram, path: string): string[] {
  const isValue = (symbol: ts.Symbol) =>
    (resolved(checker, symbol).flags & ts.SymbolFlags.Value) !== 0 &&
    !(symbol.declarations ?? []).some(
      (one) => ts.isExportSpecifier(one) && (one.isTypeOnly || one.parent.parent.isTypeOnly),
    );
  return exportsOf(path)
    .filter(isValue)
    .map(({ name }) => name);
}

function describe(checker: ts.TypeChecker, name: string, symbol: ts.Symbol): string[] {
  const { flags } = symbol;
  if (flags & ts.SymbolFlags.Class) {
    const constructors = signaturesOf(checker, checker.getTypeOfSymbol(symbol).getConstructSignatures());
    return [
      `class ${name}${parametersOf(symbol)}${basesOf(checker, symbol)}`,
      ...constructors.map((one) => `  new ${one}`),
      ...members(checker, symbol),
    ];
  }
  if (flags & ts.SymbolFlags.Interface) {
    return [`interface ${name}${parametersOf(symbol)}${basesOf(checker, symbol)}`, ...members(checker, symbol)];
  }
  if (flags & ts.SymbolFlags.TypeAlias) return [`type ${name}${parametersOf(symbol)} = ${aliasText(symbol)}`];
  const type = checker.getTypeOfSymbol(symbol);
  const signatures = signaturesOf(checker, type.getCallSignatures());
  if (signatures.length > 0) return signatures.map((one) => `function ${name}${one}`);
  return [`const ${name}: ${checker.typeToString(type, undefined, FLAGS)}`];
}

function basesOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const bases = type.isClassOrInterface() ? checker.getBaseTypes(type) : [];
  return bases.length > 0
    ? ` extends ${bases.map((base) => checker.typeToString(base, undefined, FLAGS)).join(", ")}`
    : "";
}

function signaturesOf(checker: ts.TypeChecker, signatures: readonly ts.Signature[]): string[] {
  return signatures.map((one) => checker.signatureToString(one, undefined, FLAGS));
}

function members(checker: ts.TypeChecker, symbol: ts.Symbol): string[] {
  return membersOf(checker, symbol).flatMap(({ member, isStatic }) => {
    const isOptional = (member.flags & ts.SymbolFlags.Optional) !== 0;
    const declared = checker.getTypeOfSymbol(member);
    const type = isOptional ? checker.getNonNullableType(declared) : declared;
    const prefix = `  ${isStatic ? "static " : ""}${nameOf(member)}${isOptional ? "?" : ""}`;
    const signatures = isOurs(member) ? signaturesOf(checker, type.getCallSignatures()) : [];
    if (signatures.length > 0) return signatures.map((one) => prefix + one);
    return [
      `${isReadonly(member) ? prefix.replace(/(?=\S)/, "readonly ") : prefix}: ${checker.typeToString(type, undefined, FLAGS)}`,
    ];
  });
}

function isReadonly({ declarations = [] }: ts.Symbol): boolean {
  const isSetter = (one: ts.Declaration) => ts.isSetAccessor(one);
  const isConstant = (one: ts.Declaration) =>
    ts.isGetAccessor(one) || (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Readonly) !== 0;
  return declarations.some(isConstant) && !declarations.some(isSetter);
}

/** The type parameters of a class, interface or type, as its declaration has them. */
function parametersOf({ declarations = [] }: ts.Symbol): string {
  const parameters = declarations.flatMap((one) =>
    ts.isClassDeclaration(one) || ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one)
      ? (one.typeParameters ?? []).map((parameter) => parameter.getText())
      : [],
  );
  return parameters.length > 0 ? `<${parameters.join(", ")}>` : "";
}

/** A type alias as its declaration has it, on one line. */
function aliasText(symbol: ts.Symbol): string {
  const declaration = symbol.declarations?.find(ts.isTypeAliasDeclaration);
  const text = declaration?.type.getText() ?? "?";
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/^\| /, "")
    .trim();
}
