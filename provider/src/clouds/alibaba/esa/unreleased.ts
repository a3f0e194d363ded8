/** What ESA's API has and no npm release of its SDK (the newest is 2.43.0), in the form of that SDK. */

/** https://api.aliyun.com/document/ESA/2024-09-10/SubmitUploadTask and GetFailFile; `alibabacloud-go/esa-20240910` v3.5.0. */
export interface UnreleasedOperations {
  submitUploadTask(request: { siteId?: number; uploadId?: number; force?: boolean }): Promise<unknown>;
  getFailFile(request: { siteId?: number; uploadId?: number }): Promise<unknown>;
}

export interface SubmitUploadTaskResponseBody {
  requestId?: string;
  uploadId?: number;
}

export interface GetFailFileResponseBody {
  downloadLink?: string;
}

/** https://api.aliyun.com/document/ESA/2024-09-10/GetPurgeQuota; the SDK's model drops these. */
export interface UnreleasedQuota {
  quota30Day?: string;
  usage30Day?: string;
}
