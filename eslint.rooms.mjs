/**
 * Who may import whom. Each room lists what it may reach; everything else under src/ is refused.
 * test/rooms.test.ts holds the same table against every import in the tree.
 */
export const rooms = {
  contract: [],
  rules: ['contract'],
  images: ['contract'],
  library: ['contract', 'rules', 'images'],
  engine: ['contract', 'rules', 'images', 'library'],
  worker: ['contract', 'library', 'engine'],
  cli: ['contract', 'rules', 'library', 'images', 'engine'],
  main: ['contract', 'rules', 'images', 'library'],
  preload: ['contract'],
  renderer: ['contract', 'rules']
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

/** Folders inside a room with a narrower view: folder → what it may import inside the engine. */
export const innerRooms = {
  'src/engine/maths': [],
  'src/engine/methods': ['maths', 'training', 'batches', 'features', 'network', 'surgery', 'classifiers', 'evaluation', 'random', 'yield']
}

const all = Object.keys(rooms)

export const roomRules = all.map((room) => ({
  files: [`src/${room}/**/*.{ts,vue}`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [
        ...all.filter((other) => other !== room && !rooms[room].includes(other)).map((other) => ({
          regex: `^(\\.\\./)+${other}(/|$)`,
          message: `${room} may import ${['its own files', ...rooms[room]].join(', ')}; not ${other}.`
        })),
        ...Object.entries(packageRooms).filter(([, allowed]) => !allowed.includes(room)).map(([name, allowed]) => ({
          regex: name.endsWith('/') ? `^${name}` : `^${name}(/|$)`,
          message: `${name} belongs to ${allowed.join(', ')}.`
        }))
      ]
    }]
  }
}))
