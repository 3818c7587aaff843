// Uploads a file with the official OCI SDK's own upload manager.
// usage: LADDERMILL_OCI_ENDPOINT=http://… OCI_CONFIG_FILE=… node upload.mjs BUCKET NAME FILE
import common from "oci-common";
import objectstorage from "oci-objectstorage";

const [bucketName, objectName, filePath] = process.argv.slice(2);
console.debug = console.warn = () => {}; // The SDK's own chatter.

const client = new objectstorage.ObjectStorageClient({
    authenticationDetailsProvider: new common.ConfigFileAuthenticationDetailsProvider(process.env.OCI_CONFIG_FILE),
});
client.endpoint = process.env.LADDERMILL_OCI_ENDPOINT;
const namespaceName = (await client.getNamespace({})).value;
await new objectstorage.UploadManager(client).upload({
    content: { filePath },
    requestDetails: { namespaceName, bucketName, objectName, contentType: "video/mp4" },
});
