import { z } from 'zod'

// zod tries whether it may compile schemas to functions; under the window's policy even the try is a violation. Import
// this before anything that makes schemas.
z.config({ jitless: true })
