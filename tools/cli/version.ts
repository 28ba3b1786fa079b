/** The version of the package; the bundler puts it in. */
declare const TOCSIN_VERSION: string | undefined;

export const VERSION = typeof TOCSIN_VERSION === 'string' ? TOCSIN_VERSION : 'development';
