// Puts, ranged gets, multipart uploads, lists and deletes with the official OCI SDK, and a failure with a reason when one is not as it should be.
// usage: LADDERMILL_OCI_ENDPOINT=http://… OCI_CONFIG_FILE=… node run.mjs
// With OCI_RESOURCE_PRINCIPAL_VERSION set, the SDK signs as a resource principal instead.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import common from "oci-common";
import objectstorage from "oci-objectstorage";

const mebibyte = 1 << 20;
const odd = ["a b+c%20?d#e&f=g.mp4", "unicode é 漢字 🎬", "back\\slash", "double//slash", "quo'te(s)!*", "deep/er/name"];

const provider = process.env.OCI_RESOURCE_PRINCIPAL_VERSION
    ? common.ResourcePrincipalAuthenticationDetailsProvider.builder()
    : new common.ConfigFileAuthenticationDetailsProvider(process.env.OCI_CONFIG_FILE);
const client = new objectstorage.ObjectStorageClient({ authenticationDetailsProvider: provider });
client.endpoint = process.env.LADDERMILL_OCI_ENDPOINT;

console.debug = console.warn = () => {}; // The SDK's own chatter.

const namespaceName = (await client.getNamespace({})).value;
const bucketName = `sdk-${process.pid}`;
const place = { namespaceName, bucketName };
const checks = [];
const check = (name, condition) => {
    assert.ok(condition, name);
    checks.push(name);
};
const read = async stream => Buffer.from(await new Response(stream).arrayBuffer());
const code = async (status, expected, call) => {
    const error = await call().then(() => null, e => e);
    assert.equal(error?.statusCode, status, `${expected}: ${error}`);
    assert.equal(error.serviceCode, expected);
    assert.match(error.opcRequestId, /./);
    checks.push(`${status} ${expected}`);
};

await client.createBucket({ namespaceName, createBucketDetails: { name: bucketName, compartmentId: "ocid1.compartment.oc1..x" } });
check("bucket", (await client.getBucket(place)).bucket.name === bucketName);

// Put, head, get, ranges.
const digits = Buffer.from("0123456789");
const put = await client.putObject({
    ...place, objectName: "digits", putObjectBody: digits, contentLength: digits.length,
    contentType: "text/plain", cacheControl: "no-cache", opcMeta: { colour: "blue" },
});
const head = await client.headObject({ ...place, objectName: "digits" });
check("etag", head.eTag === put.eTag && head.contentLength === 10);
check("headers", head.contentType === "text/plain" && head.cacheControl === "no-cache" && head.opcMeta["opc-meta-colour"] === "blue");
check("md5", head.contentMd5 === createHash("md5").update(digits).digest("base64"));
for (const [first, last, expected] of [[2, 4, "234"], [7, "", "789"], ["", 2, "89"], [5, 500, "56789"]]) {
    const got = await client.getObject({ ...place, objectName: "digits", range: new common.Range(first, last) });
    check(`range ${first}-${last}`, (await read(got.value)).toString() === expected && got.contentLength === expected.length);
}

// Conditions and errors.
const again = { ...place, objectName: "digits", putObjectBody: digits, contentLength: digits.length };
await code(412, "IfNoneMatchFailed", () => client.putObject({ ...again, ifNoneMatch: "*" }));
await code(412, "IfMatchFailed", () => client.putObject({ ...again, ifMatch: "other" }));
await code(412, "IfMatchFailed", () => client.deleteObject({ ...place, objectName: "digits", ifMatch: "other" }));
await code(400, "UnmatchedContentMD5", () => client.putObject({ ...again, contentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }));
await code(404, "ObjectNotFound", () => client.getObject({ ...place, objectName: "absent" }));
await code(404, "BucketNotFound", () => client.getObject({ ...place, bucketName: "absent", objectName: "digits" }));
const replaced = await client.putObject({ ...again, ifMatch: put.eTag });
check("if-match", replaced.eTag !== put.eTag);
await code(304, "None", () => client.getObject({ ...place, objectName: "digits", ifNoneMatch: replaced.eTag }));

// Names that trip clients and servers, and listing.
for (const name of odd) {
    await client.putObject({ ...place, objectName: name, putObjectBody: Buffer.from(name), contentLength: Buffer.byteLength(name) });
}
for (const name of odd) {
    check(name, (await read((await client.getObject({ ...place, objectName: name })).value)).toString() === name);
}
const names = [];
for await (const found of pages(2)) names.push(found.name);
const sorted = ["digits", ...odd].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
assert.deepEqual(names, sorted);
checks.push("paging");
const folders = (await client.listObjects({ ...place, delimiter: "/", fields: "name,size,etag,timeModified" })).listObjects;
assert.deepEqual(folders.prefixes, ["deep/", "double/"]);
check("fields", folders.objects.every(o => o.size > 0 && o.etag && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(o.timeModified)));

// Multipart: by hand, and by the SDK's own upload manager.
const bytes = Buffer.alloc(11 * mebibyte);
for (let i = 0; i < bytes.length; i += 4096) bytes.writeUInt32BE(i, i);
const { multipartUpload } = await client.createMultipartUpload({
    ...place, createMultipartUploadDetails: { object: "parts/by hand", contentType: "video/mp4", metadata: { "opc-meta-made": "by-hand" } },
});
const upload = { ...place, objectName: "parts/by hand", uploadId: multipartUpload.uploadId };
const partsToCommit = [];
for (let partNum = 1; partNum <= 2; partNum++) {
    const part = bytes.subarray((partNum - 1) * 10 * mebibyte, partNum * 10 * mebibyte);
    const { eTag } = await client.uploadPart({ ...upload, uploadPartNum: partNum, uploadPartBody: part, contentLength: part.length });
    partsToCommit.push({ partNum, etag: eTag });
}
check("parts", (await client.listMultipartUploadParts(upload)).items.length === 2);
await code(400, "InvalidUploadPart", () =>
    client.commitMultipartUpload({ ...upload, commitMultipartUploadDetails: { partsToCommit: partsToCommit.slice(1) } }));
const committed = await client.commitMultipartUpload({ ...upload, ifNoneMatch: "*", commitMultipartUploadDetails: { partsToCommit } });
check("multipart md5", committed.opcMultipartMd5.endsWith("-2"));
const whole = await client.getObject({ ...place, objectName: "parts/by hand" });
check("multipart body", bytes.equals(await read(whole.value)) && whole.contentType === "video/mp4" && whole.opcMeta["opc-meta-made"] === "by-hand");
const seam = await client.getObject({ ...place, objectName: "parts/by hand", range: new common.Range(10 * mebibyte - 5, 10 * mebibyte + 4) });
check("range over a seam", bytes.subarray(10 * mebibyte - 5, 10 * mebibyte + 5).equals(await read(seam.value)));

const manager = new objectstorage.UploadManager(client, { partSize: 10 * mebibyte, maxConcurrentUploads: 3, enforceMD5: true });
await manager.upload({
    singleUpload: false,
    content: { stream: Readable.toWeb(Readable.from([bytes])) },
    requestDetails: { ...place, objectName: "parts/by manager" },
});
check("upload manager", bytes.equals(await read((await client.getObject({ ...place, objectName: "parts/by manager" })).value)));
const aborted = await client.createMultipartUpload({ ...place, createMultipartUploadDetails: { object: "aborted" } });
check("uploads", (await client.listMultipartUploads(place)).items.length === 1);
await client.abortMultipartUpload({ ...place, objectName: "aborted", uploadId: aborted.multipartUpload.uploadId });

// Deletes: one, many, the bucket.
await client.deleteObject({ ...place, objectName: "digits" });
await code(404, "ObjectNotFound", () => client.deleteObject({ ...place, objectName: "digits" }));
const batch = await client.batchDeleteObjects({
    ...place,
    batchDeleteObjectsDetails: { objects: [...odd, "absent"].map(objectName => ({ objectName })) },
});
const result = batch.batchDeleteObjectsResult;
check("batch delete", result.deleted.length === odd.length && result.failed[0].statusCode === 404 && result.failed.length === 1);
await code(409, "BucketNotEmpty", () => client.deleteBucket(place));
for (const objectName of ["parts/by hand", "parts/by manager"]) await client.deleteObject({ ...place, objectName });
await client.deleteBucket(place);
await code(404, "BucketNotFound", () => client.listObjects(place));

console.log(JSON.stringify({ checks: checks.length }));

async function* pages(limit) {
    let start;
    do {
        const page = (await client.listObjects({ ...place, limit, start })).listObjects;
        yield* page.objects;
        start = page.nextStartWith;
    } while (start);
}
