/** Documents are checked where they enter (the contract); here they come back as they were put in. */
export const parse = <T>(row: unknown): T => JSON.parse((row as { document: string }).document) as T;
