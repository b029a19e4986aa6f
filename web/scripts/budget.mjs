// The lesson page must open on an old PC over a thin line: what it loads, gzipped, stays under the budget. Run after `npm run build`.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET = 150_000 // bytes gzipped: scripts and styles of the entry and of the lesson page, and their words in one language
const LANGUAGE = 'zh'
const WORDS = ['common', 'problems', 'lesson']

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))
const files = new Set()

function add(key) {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`${key} is not in the manifest`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  for (const css of chunk.css ?? []) files.add(css)
  for (const used of chunk.imports ?? []) add(used)
}

add('index.html')
add('src/lesson/LessonPage.tsx')
for (const name of WORDS) add(`src/i18n/${LANGUAGE}/${name}.json`)

let sum = 0
for (const file of files) {
  const size = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length
  sum += size
  console.log(`${String(size).padStart(8)}  ${file}`)
}
const antd = [...files].filter((f) => f.endsWith('.js') && /ant-btn|ConfigProvider/.test(readFileSync(`dist/${f}`, 'utf8')))
console.log(`${String(sum).padStart(8)}  of ${BUDGET}`)
if (antd.length > 0) fail(`the lesson page carries antd: ${antd.join(', ')}`)
if (sum > BUDGET) fail(`the lesson page is ${sum - BUDGET} bytes over its budget`)

function fail(why) {
  console.error(why)
  process.exit(1)
}
