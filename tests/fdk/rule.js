// Makes a rule of Events with the official SDK, looks it up, and prints its id; with an id, deletes that one.
// usage: LADDERMILL_OCI_ENDPOINT=http://… OCI_CONFIG_FILE=… node rule.js FUNCTION CONDITION | node rule.js ID
const assert = require("node:assert/strict");
const common = require("oci-common");
const { EventsClient } = require("oci-events");

console.debug = console.warn = () => {}; // The SDK's own chatter.
const client = new EventsClient({
    authenticationDetailsProvider: new common.ConfigFileAuthenticationDetailsProvider(process.env.OCI_CONFIG_FILE),
});
client.endpoint = process.env.LADDERMILL_OCI_ENDPOINT;
const compartmentId = "ocid1.compartment.oc1..standin";
const [first, condition] = process.argv.slice(2);

(async () => {
    if (!condition) {
        await client.deleteRule({ ruleId: first });
        const gone = await client.getRule({ ruleId: first }).then(() => null, error => error);
        assert.equal(gone?.statusCode, 404);
        return;
    }
    const action = { actionType: "FAAS", isEnabled: true, functionId: first };
    const { rule } = await client.createRule({
        createRuleDetails: { displayName: "uploads", isEnabled: true, compartmentId, condition, actions: { actions: [action] } },
    });
    const found = (await client.getRule({ ruleId: rule.id })).rule;
    assert.equal(found.condition, condition);
    assert.equal(found.actions.actions[0].functionId, first);
    assert.deepEqual((await client.listRules({ compartmentId })).items.map(item => item.id), [rule.id]);
    const bad = await client
        .createRule({ createRuleDetails: { displayName: "bad", isEnabled: true, compartmentId, condition: "{", actions: { actions: [action] } } })
        .then(() => null, error => error);
    assert.equal(bad?.statusCode, 400);
    console.log(rule.id);
})().catch(error => {
    console.error(error);
    process.exit(1);
});
