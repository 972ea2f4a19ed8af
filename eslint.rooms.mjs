/**
 * Who may import whom. Each room lists what it may reach; everything else under src/ is refused.
 * test/rooms.test.ts holds the same tables against every import in the tree.
 */
export const rooms = {
  contract: [],
  rules: ['contract'],
  images: ['contract'],
  library: ['contract', 'rules', 'images'],
  engine: ['contract', 'rules', 'images', 'library'],
  gauntlet: ['contract', 'rules', 'images', 'library', 'engine'],
  bench: ['contract', 'rules', 'images', 'library', 'engine'],
  remote: ['contract', 'rules', 'library'],
  worker: ['contract', 'rules', 'library', 'engine', 'remote'],
  supervision: ['contract', 'rules'],
  cli: ['contract', 'rules', 'library', 'images', 'engine', 'gauntlet', 'bench', 'supervision', 'remote'],
  main: ['contract', 'rules', 'images', 'library', 'supervision'],
  preload: ['contract'],
  renderer: ['contract', 'rules']
}

/**
 * Where a room is entered from another: files without their ending, a folder for its index.ts, `*` for every file, `.`
 * for the room's own index.ts. What may be loaded in main and what may not (decoders, parsers, the network) never share
 * a door. Tests may go past the doors.
 */
export const doors = {
  contract: ['*'],
  rules: ['*'],
  images: ['decode', 'image-file', 'image-header', 'resize', 'shrink', 'write-bmp'],
  library: ['.', 'comparison', 'datasets', 'disk', 'downloads/lock', 'intake', 'intake/known', 'models', 'relocation', 'repair', 'runs', 'sharing', 'studies'],
  engine: ['.', 'doctor', 'random', 'versions'],
  gauntlet: ['.'],
  bench: ['.'],
  remote: ['.'],
  worker: [],
  supervision: ['run-record', 'supervisor'],
  cli: [],
  main: [],
  preload: [],
  renderer: []
}

/** Packages that only some rooms may use: package → rooms. */
export const packageRooms = {
  electron: ['main', 'preload'],
  'electron-log': ['main'],
  '@tensorflow/': ['engine'],
  vue: ['renderer'],
  pinia: ['renderer'],
  'chart.js': ['renderer'],
  commander: ['cli'],
  sharp: ['images', 'library', 'engine']
}

/** Folders inside the engine with a narrower view: folder → what it may import inside the engine. */
export const innerRooms = {
  'src/engine/maths': [],
  'src/engine/safetensors': [],
  'src/engine/runtime': [],
  'src/engine/network': ['runtime', 'random'],
  'src/engine/architectures': ['network'],
  'src/engine/surgery': ['architectures', 'network'],
  'src/engine/batches': ['random'],
  'src/engine/features': ['batches', 'network', 'yield'],
  'src/engine/classifiers': ['features', 'network', 'safetensors', 'random', 'yield'],
  'src/engine/evaluation': ['batches', 'network', 'safetensors', 'yield'],
  'src/engine/interchange': ['architectures', 'classifiers', 'features', 'network', 'safetensors', 'versions'],
  'src/engine/training': ['batches', 'evaluation', 'features', 'network', 'runtime', 'safetensors', 'random', 'yield'],
  'src/engine/methods': [
    'architectures', 'batches', 'classifiers', 'evaluation', 'features', 'maths', 'network', 'surgery', 'training', 'random', 'yield'
  ],
  'src/engine/advisor': [
    'batches', 'catalogue', 'classifiers', 'features', 'maths', 'models', 'network', 'surgery', 'training', 'random', 'surroundings', 'yield'
  ],
  'src/engine/examination': ['advisor', 'classifiers', 'features', 'maths', 'models', 'network', 'surgery', 'training', 'random', 'surroundings', 'yield'],
  'src/engine/inside': ['features', 'maths', 'models', 'network', 'random', 'surroundings', 'training', 'yield'],
  'src/engine/models': [
    'architectures', 'batches', 'classifiers', 'evaluation', 'features', 'interchange', 'methods', 'network', 'safetensors', 'surgery', 'versions'
  ],
  'src/engine/serving': ['models', 'network', 'versions'],
  'src/engine/watching': ['classifiers', 'evaluation', 'examination', 'maths', 'network', 'random', 'training'],
  'src/engine/running': ['classifiers', 'evaluation', 'features', 'interchange', 'methods', 'models', 'network', 'surroundings', 'training', 'watching', 'yield']
}

const all = Object.keys(rooms)

/** What follows the room's name in an import that does not come in by a door; undefined where every file is one. */
function pastDoors(room) {
  const named = doors[room]
  if (named.includes('*')) return undefined
  const inner = named.filter((door) => door !== '.').join('|')
  const open = [...named.includes('.') ? ['$'] : [], ...inner === '' ? [] : [`/(?:${inner})$`]].join('|')
  return open === '' ? '(?:/|$)' : `(?!${open})(?=/|$)`
}

export const roomRules = [
  ...all.map((room) => ({ files: [`src/${room}/**/*.{ts,vue}`], rules: restricted(room) })),
  // A test looks behind the doors of the rooms that its own may enter.
  ...all.map((room) => ({ files: [`src/${room}/**/*.test.ts`, `src/${room}/**/testing.ts`, `src/${room}/**/{testing,tests}/**`], rules: restricted(room, { anyFile: true }) }))
]

function restricted(room, { anyFile = false } = {}) {
  const others = all.filter((other) => other !== room)
  return {
    'no-restricted-imports': ['error', {
      patterns: [
        ...others.filter((other) => !rooms[room].includes(other)).map((other) => ({
          regex: `^(\\.\\./)+${other}(/|$)`,
          message: `${room} may import ${['its own files', ...rooms[room]].join(', ')}; not ${other}.`
        })),
        ...others.filter((other) => !anyFile && rooms[room].includes(other) && pastDoors(other) !== undefined).map((other) => ({
          regex: `^(\\.\\./)+${other}${pastDoors(other)}`,
          message: `${other} is entered by its doors: ${doors[other].join(', ')}.`
        })),
        ...Object.entries(packageRooms).filter(([, allowed]) => !allowed.includes(room)).map(([name, allowed]) => ({
          regex: name.endsWith('/') ? `^${name}` : `^${name}(/|$)`,
          message: `${name} belongs to ${allowed.join(', ')}.`
        }))
      ]
    }]
  }
}
