// Makes, looks at and deletes container instances with the official SDK, and a failure with a reason when one is not as it should be.
// usage: LADDERMILL_OCI_ENDPOINT=http://… OCI_CONFIG_FILE=… node instances.js IMAGE
const assert = require("node:assert/strict");
const common = require("oci-common");
const { ContainerInstanceClient } = require("oci-containerinstances");

console.debug = console.warn = () => {}; // The SDK's own chatter.
const client = new ContainerInstanceClient({
    authenticationDetailsProvider: new common.ConfigFileAuthenticationDetailsProvider(process.env.OCI_CONFIG_FILE),
});
client.endpoint = process.env.LADDERMILL_OCI_ENDPOINT;
const compartmentId = "ocid1.compartment.oc1..standin";
const details = (imageUrl, availabilityDomain = "Uocm:IAD-AD-1") => ({
    displayName: "by the SDK",
    compartmentId,
    availabilityDomain,
    shape: "CI.Standard.E4.Flex",
    shapeConfig: { ocpus: 1, memoryInGBs: 4 },
    containerRestartPolicy: "NEVER",
    containers: [{ displayName: "one", imageUrl, arguments: [], environmentVariables: { A: "b" } }],
    vnics: [{ subnetId: "ocid1.subnet.oc1.iad.standin" }],
    freeformTags: { made: "here" },
});
const create = (createContainerInstanceDetails, opcRetryToken) =>
    client.createContainerInstance({ createContainerInstanceDetails, opcRetryToken }).then(answer => answer.containerInstance);
const refused = async (status, code, call) => {
    const error = await call().then(() => null, e => e);
    assert.equal(error?.statusCode, status, `${code}: ${error}`);
    assert.equal(error.serviceCode, code);
};

(async () => {
    const [image] = process.argv.slice(2);
    const made = await create(details(image), "token-1");
    assert.equal((await create(details(image), "token-1")).id, made.id, "the same token makes the same instance");
    assert.equal(made.freeformTags.made, "here");
    await refused(404, "NotAuthorizedOrNotFound", () => client.getContainerInstance({ containerInstanceId: "ocid1.none" }));

    let seen;
    do {
        seen = (await client.getContainerInstance({ containerInstanceId: made.id })).containerInstance;
        await new Promise(resolve => setTimeout(resolve, 50));
    } while (["CREATING", "ACTIVE"].includes(seen.lifecycleState));
    assert.equal(seen.lifecycleState, "INACTIVE");
    const { containerId } = seen.containers[0];
    const { container } = await client.getContainer({ containerId });
    assert.equal(container.exitCode, 3);
    assert.equal(container.imageUrl, image);
    const log = await client.retrieveLogs({ containerId });
    assert.match(await new Response(log.value).text(), /last words/);

    const listed = await client.listContainerInstances({ compartmentId, displayName: "by the SDK" });
    assert.deepEqual(listed.containerInstanceCollection.items.map(item => item.id), [made.id]);
    await client.deleteContainerInstance({ containerInstanceId: made.id });
    assert.equal((await client.getContainerInstance({ containerInstanceId: made.id })).containerInstance.lifecycleState, "DELETED");
    await refused(409, "InvalidatedRetryToken", () => create(details(image), "token-1"));
    await refused(400, "LimitExceeded", () => create(details(image, "Uocm:IAD-AD-2")));
    console.log("all as it should be");
})().catch(error => {
    console.error(error);
    process.exit(1);
});
