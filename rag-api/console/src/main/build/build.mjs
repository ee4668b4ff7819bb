// Bundles the console into the directory that is named: hashed files below assets/, pdf.js's data below pdf/VERSION/, and index.html.
// Installs what package-lock.json names when it is not installed yet, so that Maven needs nothing but node and npm.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const home = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const source = join(home, "src/main/console");
const output = process.argv[2];
if (!output) {
    throw new Error("Usage: node build.mjs DIRECTORY");
}
/** Kilobytes of 1000 bytes, compressed, that a first visit may load; pdf.js comes later, with the first page of a PDF. */
const BUDGET = 250;
const COMPRESSED = /\.(css|html|js|mjs|json|txt|wasm|bcmap|pfb|ttf)$/;

install();
const { build } = await import(pathToFileURL(join(home, "node_modules/esbuild/lib/main.js")).href);
rmSync(output, { recursive: true, force: true });
mkdirSync(join(output, "assets"), { recursive: true });
const result = await build({
    absWorkingDir: home,
    entryPoints: [join(source, "main.tsx"), join(source, "style/console.css")],
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: false,
    jsx: "automatic",
    jsxImportSource: "preact",
    outdir: join(output, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
});
const names = Object.entries(result.metafile.outputs).map(([path, made]) => ({ name: path.split("/").pop(), made }));
const entry = extension => names.find(({ name, made }) => made.entryPoint && name.endsWith(extension)).name;
const worker = copyPdf();
writeFileSync(
    join(output, "index.html"),
    readFileSync(join(source, "index.html"), "utf8")
        .replace("%STYLE%", `/console/assets/${entry(".css")}`)
        .replace("%SCRIPT%", `/console/assets/${entry(".js")}`)
        .replace("%WORKER%", `/console/assets/${worker}`),
);
licences();
compress(output);
measure();

function install() {
    const wanted = createHash("sha256").update(readFileSync(join(home, "package-lock.json"))).digest("hex");
    const stamp = join(home, "node_modules/.arketic");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
        return;
    }
    execFileSync("npm", ["ci", "--prefer-offline"], { cwd: home, stdio: "inherit" });
    writeFileSync(stamp, wanted);
}

function copyPdf() {
    const pdf = join(home, "node_modules/pdfjs-dist");
    const { version } = JSON.parse(readFileSync(join(pdf, "package.json"), "utf8"));
    for (const directory of ["cmaps", "standard_fonts", "wasm", "iccs"]) {
        cpSync(join(pdf, directory), join(output, "pdf", version, directory), { recursive: true });
    }
    const bytes = readFileSync(join(pdf, "build/pdf.worker.min.mjs"));
    const name = `pdf.worker-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}.mjs`;
    writeFileSync(join(output, "assets", name), bytes);
    return name;
}

/** Of the libraries that browsers are given. The texts that packages leave out are in src/main/licences. */
function licences() {
    const { dependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    const texts = Object.keys(dependencies).map(name => {
        const directory = join(home, "node_modules", name);
        const { version, license } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
        const file = readdirSync(directory).find(one => /^licen[cs]e/i.test(one));
        const path = file ? join(directory, file) : join(home, "src/main/licences", `${name}.txt`);
        if (!existsSync(path)) {
            throw new Error(`${name} has no text of its licence; put it in ${path}`);
        }
        return `${name} ${version}: ${license}\n\n${readFileSync(path, "utf8")}`;
    });
    writeFileSync(join(output, "assets/licences.txt"), texts.join("\n\n"));
}

function compress(directory) {
    for (const name of readdirSync(directory)) {
        const path = join(directory, name);
        if (statSync(path).isDirectory()) {
            compress(path);
        } else if (COMPRESSED.test(name)) {
            writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
        }
    }
}

/** All that is no part of pdf.js counts, also what a page loads when it is opened. */
function measure() {
    const size = names
        .filter(({ made }) => !Object.keys(made.inputs).some(input => input.includes("pdfjs-dist")))
        .reduce((sum, { name }) => sum + statSync(join(output, "assets", `${name}.gz`)).size, 0);
    console.log(`Console: ${(size / 1000).toFixed(1)} kB compressed without pdf.js, of ${BUDGET} kB`);
    if (size > BUDGET * 1000) {
        throw new Error(`The console is larger than its budget of ${BUDGET} kB`);
    }
}
