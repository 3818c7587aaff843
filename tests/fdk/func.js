// The duty of Laddermill's function, as small as it can be on official packages: looks the uploaded object up and starts a container instance for it.
const fdk = require("@fnproject/fdk");
const common = require("oci-common");
const { ObjectStorageClient } = require("oci-objectstorage");
const { ContainerInstanceClient } = require("oci-containerinstances");

console.debug = console.warn = () => {}; // The SDK's own chatter.
const { env } = process;
const clients = (() => {
    let made;
    return () => (made ??= make());
})();

function make() {
    const authenticationDetailsProvider = common.ResourcePrincipalAuthenticationDetailsProvider.builder();
    const storage = new ObjectStorageClient({ authenticationDetailsProvider });
    const instances = new ContainerInstanceClient({ authenticationDetailsProvider });
    storage.endpoint = env.LADDERMILL_OCI_ENDPOINT;
    instances.endpoint = env.LADDERMILL_OCI_CONTAINERS_ENDPOINT;
    return { storage, instances };
}

fdk.handle(async event => {
    const { storage, instances } = clients();
    const { resourceName: objectName, additionalDetails } = event.data;
    const { bucketName } = additionalDetails;
    const namespaceName = (await storage.getNamespace({})).value;
    await storage.headObject({ namespaceName, bucketName, objectName });
    const { containerInstance } = await instances.createContainerInstance({
        createContainerInstanceDetails: {
            displayName: "transcode",
            compartmentId: env.COMPARTMENT_ID,
            availabilityDomain: env.AVAILABILITY_DOMAIN.split(",")[0],
            shape: env.SHAPE,
            shapeConfig: { ocpus: Number(env.CONFIG_SHAPE_OCPUS), memoryInGBs: Number(env.CONFIG_SHAPE_MEMORY) },
            containerRestartPolicy: "NEVER",
            containers: [
                {
                    displayName: "transcoder",
                    imageUrl: env.IMAGE_URL,
                    arguments: [bucketName, objectName],
                    environmentVariables: { TC_DST_BUCKET: env.OUTPUT_BUCKET, TC_STREAMING_PROTOCOL: env.STREAMING_PROTOCOL },
                },
            ],
            vnics: [{ subnetId: env.SUBNET_ID }],
        },
    });
    return { message: "SUCCESS", state: "started", instance: containerInstance.id };
});
