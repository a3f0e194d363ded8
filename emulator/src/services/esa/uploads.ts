/** Uploaded files and their tasks. */
export class Uploads {}
