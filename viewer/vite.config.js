// Each page becomes one file that needs no other and no network. `--mode index` builds the viewer,
// which opens records; `--mode report` the page that `tripartite report` puts a record into.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { build, defineConfig } from "vite";

const WORKER = "virtual:hdf5-worker";

/** The HDF5 library and what drives it, as base64 of a deflated script: it is large, and has bytes
 *  in it that no page could hold as they are. */
function packedWorker() {
    return {
        name: "packed-worker",
        resolveId: (id) => (id === WORKER ? `\0${WORKER}` : undefined),
        async load(id) {
            if (id !== `\0${WORKER}`)
                return undefined;
            const made = await build({
                configFile: false,
                logLevel: "warn",
                // A script that is not at any address of its own.
                define: { "import.meta.url": "self.location.href" },
                build: {
                    write: false,
                    target: "es2022",
                    lib: { entry: "src/source/hdf5-worker.js", formats: ["iife"], name: "hdf5" },
                },
            });
            const code = [made].flat()[0].output[0].code;
            return `export default "${deflateSync(code, { level: 9 }).toString("base64")}";`;
        },
    };
}

/** What the licences of the libraries in a page ask for. */
function licences(mode) {
    const files = ["node_modules/uplot/LICENSE",
        ...(mode === "index" ? ["node_modules/h5wasm/LICENSE.txt"] : [])];
    const texts = files.map((file) => `${file.split("/")[1]}\n\n${readFileSync(file, "utf8")}`);
    return `<script type="text/plain" id="licences">\n${texts.join("\n\n")
        .replaceAll("<", "&lt;")}</script>\n`;
}

/** What a page may do besides showing itself: the viewer runs the HDF5 library, and reads the record
 *  from where the page itself came from. */
const ALLOWED = {
    index: { scripts: "'wasm-unsafe-eval'", sources: "connect-src 'self'; worker-src blob:" },
    report: { scripts: "", sources: "connect-src 'none'" },
};

/** Both pages are page.html. */
function pageOf(mode) {
    return {
        name: "page-of",
        transformIndexHtml: {
            order: "pre",
            handler: (html) => html.replace("PAGE.js", `${mode}.js`)
                .replace(" MORE-SCRIPTS", ` ${ALLOWED[mode].scripts}`.trimEnd())
                .replace("MORE-SOURCES", ALLOWED[mode].sources),
        },
    };
}

/** Puts script and style into the page, and lets the page run that script alone. */
function oneFile(mode) {
    return {
        name: "one-file",
        enforce: "post",
        generateBundle(_, bundle) {
            const page = Object.values(bundle).find((file) => file.fileName.endsWith(".html"));
            const script = Object.values(bundle).find((file) => file.type === "chunk");
            const style = Object.values(bundle).find((file) => file.fileName.endsWith(".css"));
            const code = `\n${script.code.replaceAll("</script", "<\\/script")}`;
            const hash = createHash("sha256").update(code).digest("base64");
            page.source = page.source
                .replace(/<script type="module"[^>]*><\/script>\s*/, "")
                .replace(/<link rel="stylesheet"[^>]*>\s*/, "")
                .replace("</head>", () =>
                    `<style>${style.source}</style>\n<script type="module">${code}</script>\n</head>`)
                .replace("</body>", () => `${licences(mode)}</body>`)
                .replace("HASH-OF-THE-SCRIPT", `sha256-${hash}`);
            page.fileName = `${mode}.html`;
            delete bundle[script.fileName];
            delete bundle[style.fileName];
        },
    };
}

export default defineConfig(({ mode }) => ({
    plugins: [packedWorker(), pageOf(mode), oneFile(mode)],
    build: {
        target: "es2022",
        outDir: "dist",
        emptyOutDir: false,
        cssCodeSplit: false,
        modulePreload: false,
        chunkSizeWarningLimit: 5000,
        rollupOptions: { input: "page.html" },
    },
}));
