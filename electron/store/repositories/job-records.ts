export { JobRecords } from '../records.ts';
