// Creates a task, waits for it and prints the last answer. Arguments: package, endpoint, secretId, secretKey, sign method.
const [name, endpoint, secretId, secretKey, signMethod] = process.argv.slice(2);
const sdk = require(name);
const request = {
  SubAppId: 251007502,
  ModelName: "GV",
  ModelVersion: "3.1-fast",
  Prompt: "a car, 汽车",
  OutputConfig: { StorageMode: "Temporary", Duration: 8 },
};

function classic() {
  // The intl package keeps the older, callback style of its ancestors.
  const { Credential, ClientProfile, HttpProfile } = sdk.common;
  const http = new HttpProfile();
  http.endpoint = endpoint;
  http.protocol = "http://";
  const { Client, Models } = sdk.vod.v20180717;
  const client = new Client(new Credential(secretId, secretKey), "ap-singapore", new ClientProfile(signMethod, http));
  return (action, params) =>
    new Promise((resolve, reject) => {
      const message = new Models[`${action}Request`]();
      message.from_json_string(JSON.stringify(params));
      client[action](message, (error, answer) => (error ? reject(error) : resolve(JSON.parse(answer.to_json_string()))));
    });
}

function modern() {
  const client = new sdk.vod.v20180717.Client({
    credential: { secretId, secretKey },
    region: "ap-singapore",
    profile: { signMethod, httpProfile: { endpoint, protocol: "http://" } },
  });
  return (action, params) => client[action](params);
}

async function main() {
  const call = name.endsWith("intl-en") ? classic() : modern();
  const { TaskId } = await call("CreateAigcVideoTask", request);
  const detail = await call("DescribeTaskDetail", { TaskId, SubAppId: request.SubAppId });
  let refusal;
  try {
    await call("CreateAigcVideoTask", { ...request, SubAppId: undefined });
  } catch (error) {
    refusal = error.code;
  }
  console.log(JSON.stringify({ TaskId, detail, refusal }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
