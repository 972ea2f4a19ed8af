import type { ModelSummary } from '../../contract/models'
import { largestBody } from './body'

const problem = (description: string) => ({ description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } })

/** The service as an OpenAPI 3.1 document. */
export function openApi({ name, ref, classes }: ModelSummary, address: string, version: string): unknown {
  const binary = { schema: { type: 'string', format: 'binary', maxLength: largestBody } }
  return {
    openapi: '3.1.0',
    info: { title: `${name}, served by Graft`, version, description: 'Classes of one picture. On this machine alone: other hosts and pages of other origins are refused.' },
    servers: [{ url: address }],
    paths: {
      '/predict': {
        post: {
          operationId: 'predict', summary: 'What the model says of a picture',
          parameters: [{ name: 'top', in: 'query', description: 'How many classes to give, the most likely first; all when absent', schema: { type: 'integer', minimum: 1 } }],
          requestBody: {
            required: true,
            content: {
              'image/*': binary, 'application/octet-stream': binary,
              'multipart/form-data': { schema: { type: 'object', required: ['image'], properties: { image: { type: 'string', format: 'binary' } } } }
            }
          },
          responses: {
            200: { description: 'Its classes', content: { 'application/json': { schema: { $ref: '#/components/schemas/Answer' } } } },
            400: problem('No picture, or one that cannot be read'), 403: problem('Another host or origin'), 413: problem('The body is too large'),
            415: problem('A content type that is no picture'),
            503: { ...problem('Too many requests at once, or the service is stopping'), headers: { 'Retry-After': { schema: { type: 'integer' } } } }
          }
        }
      },
      '/health': { get: { operationId: 'health', summary: 'Whether it answers', responses: { 200: { description: 'It does' } } } },
      '/openapi.json': { get: { operationId: 'openapi', summary: 'This document', responses: { 200: { description: 'OpenAPI 3.1' } } } }
    },
    components: {
      schemas: {
        Answer: {
          type: 'object', required: ['model', 'classes'],
          properties: {
            model: { const: ref },
            classes: {
              type: 'array', description: 'Most likely first',
              items: {
                type: 'object', required: ['class', 'probability'],
                properties: { class: { type: 'string', ...(classes.length <= 1000 && { enum: classes }) }, probability: { type: 'number', minimum: 0, maximum: 1 } }
              }
            },
            noneOfThese: { type: 'boolean', description: 'Whether the picture is unlike those that the model knows; absent where no threshold is known' },
            unlike: { type: 'boolean', description: 'Whether its features lie far from those of all training pictures; absent where that is not known' }
          }
        },
        Problem: {
          type: 'object', required: ['error'],
          properties: { error: { type: 'object', required: ['code', 'message'], properties: { code: { type: 'string' }, message: { type: 'string' } } } }
        }
      }
    }
  }
}
