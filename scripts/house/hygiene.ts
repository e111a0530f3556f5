/**
 * Hygiene: what must not be in the repository (machine paths, registry hosts, keys, switched-off tests), and how a source file looks
 * from outside (style A2, A3): its name, its length, what stands at its top, no doors that only pass things on.
 */

import { roomOf } from './rooms.cjs';
import { isNode, lineOf, type Problem, parseModule, walk } from './syntax.ts';

const linesMax = 500;

interface Line {
    readonly pattern: RegExp;
    readonly files: RegExp;
    readonly message: string;
}

const anyText = /^/;
const code = /\.(tsx?|cjs|mjs)$/;

const lines: readonly Line[] = [
    { pattern: /(?<![\w.}])\/(?:home|Users|work|farm)\/(?!pi\b|till\b)[a-z0-9_.-]/, files: anyText, message: 'a path of one machine' },
    { pattern: /['"`(\s]\/tmp\/[a-z0-9]/i, files: code, message: 'a path of one machine: use os.tmpdir()' },
    { pattern: /\bregistry\.[a-z]+js\.[a-z]+|\bdeb\.[a-z]+\.org\b|\bfiles\.python[a-z]+\b/, files: anyText, message: 'a registry host' },
    { pattern: /^\s*co-authored-by:/i, files: anyText, message: 'a trailer of a commit message' },
    { pattern: /^(<{7}|>{7})( |$)/, files: anyText, message: 'a merge conflict' },
    { pattern: /\b(it|test|describe|suite)\.(only|todo)\b/, files: code, message: 'a test that hides others or tests nothing' },
    { pattern: /@ts-(ignore|nocheck)|\bas any\b/, files: code, message: 'a type check switched off' },
    { pattern: /(^|\s)(\/\/|\/?\*).*\b(FIXME|XXX)\b/, files: code, message: 'a note that names no reason' },
    { pattern: /assert\.ok\(true\)|assert\.equal\(true, true\)/, files: code, message: 'an assertion that cannot fail' },
];

const privateKey = /-----BEGIN (?:RSA |EC |ENCRYPTED )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}/;

/** Lines of one tracked text file that must not be there. */
export function hygieneProblems(path: string, text: string): Problem[] {
    const problems: Problem[] = [];
    text.split('\n').forEach((content, index) => {
        for (const line of lines) {
            if (line.files.test(path) && line.pattern.test(content)) problems.push({ path, line: index + 1, message: line.message });
        }
    });
    if (privateKey.test(text) && !path.startsWith('test/fixtures/')) problems.push({ path, line: 0, message: 'a private key' });
    return problems;
}

const vagueNames = /^(utils?|helpers?|common|manager|misc)$/;

/** How one source file breaks the house's form. */
export function formProblems(path: string, source: string): Problem[] {
    const problems: Problem[] = [];
    const whole = (message: string) => problems.push({ path, line: 0, message });
    const name = path.split('/').at(-1)!;
    const stem = name.replace(/(\.config|\.test)?\.(tsx?|cjs|mjs)$/, '');
    if (!/^\.?[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) whole('the name of a file is kebab-case');
    if (vagueNames.test(stem)) whole(`"${stem}" says nothing: name the file after its main noun`);
    const count = source.split('\n').length;
    if (count > linesMax) whole(`${count} lines: over ${linesMax}, two things live here`);
    if (roomOf(path) === undefined && /^(firmware|drivers|config|scripts|test)\//.test(path)) {
        whole('no rule says which room this file belongs to (scripts/house/rooms.cjs)');
    }
    if (!/\.tsx?$/.test(path)) return problems;
    if (!path.startsWith('test/') && !/^(#![^\n]*\n)?\s*\/\*\*/.test(source)) whole('no docblock at the top says what this file is');
    walk(parseModule(source, path), (node) => {
        if (node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && isNode(node.source))) {
            problems.push({ path, line: lineOf(source, node), message: 'a door that only passes things on: import from where it is made' });
        }
        return node.type === 'Module';
    });
    return problems;
}
