// One script and one style sheet with everything in them: no CDN, no request to anybody else. Compressed here, once, without a time stamp, so that the
// same lock file gives the same bytes.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { mkdir, readFile, writeFile } from "node:fs/promises";

await mkdir("assets", { recursive: true });
const bundled = await build({
  entryPoints: ["start.jsx"],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: "es2020",
  jsx: "automatic",
  legalComments: "eof",
  loader: { ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"' },
  outdir: "assets",
});
for (const file of bundled.outputFiles) {
  const name = file.path.endsWith(".css") ? "graphiql.css" : "graphiql.js";
  await writeFile(`assets/${name}.gz`, gzipSync(file.contents, { level: 9 }));
}
