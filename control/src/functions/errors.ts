// What can be wrong with a deployment or with a wish about a function.

import { defineErrors } from '@plinth/errors'

const bad = (code: string, message: string) => ({ code, kind: 'caller' as const, status: 400, message })

export const errors = defineErrors('functions', {
  notFound: () => ({
    code: 'function_not_found',
    kind: 'caller',
    status: 404,
    message: 'Function not found',
  }),
  slugTaken: (slug: string) => bad('function_exists', `There is a function ${slug} already`),
  slugMissing: () => bad('slug_missing', 'slug: give it in the query, or a name in the metadata'),
  badSlug: (slug: string) =>
    bad('bad_slug', `slug: ${slug} must begin with a letter and hold letters, digits, _ and -`),
  badMetadata: (why: string) => bad('bad_metadata', `metadata: ${why}`),
  noFiles: () => bad('no_files', 'file: a deployment needs at least one file'),
  tooLarge: (megabytes: number) => ({
    code: 'function_too_large',
    kind: 'limit',
    status: 413,
    message: `The files of a function may take ${megabytes} MB together`,
  }),
  tooManyFiles: (most: number) => bad('too_many_files', `A function may have ${most} files`),
  badPath: (path: string) => bad('bad_path', `file: the path ${path} leads out of the function`),
  badZip: (why: string) => bad('bad_zip', `file: the zip cannot be read: ${why}`),
  entrypointMissing: (path: string) => bad('entrypoint_missing', `Entrypoint path does not exist - ${path}`),
  importMissing: (specifier: string, importer: string) =>
    bad(
      'import_missing',
      `Failed to bundle the function (reason: Module not found "${specifier}", imported by ${importer})`,
    ),
  importMapMissing: (path: string) => bad('import_map_missing', `Import map path does not exist - ${path}`),
  badImportMap: (path: string) => bad('bad_import_map', `The import map ${path} is no JSON`),
  notABundle: () => bad('not_a_bundle', 'The body is no eszip'),
  versionMissing: (slug: string, version: number) =>
    bad('version_missing', `Version ${version} of the function ${slug} was not bundled`),
  noSources: () => ({
    code: 'sources_missing',
    kind: 'caller',
    status: 406,
    message: 'The function was deployed as a bundle; its sources are not here.',
  }),
})
