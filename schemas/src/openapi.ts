/** The file with the HTTP interface and the shape of definitions, whose `components.schemas` are JSON Schema 2020-12. */
export const openapiFile = new URL('../openapi.yaml', import.meta.url);
