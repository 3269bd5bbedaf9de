// The client under test: makes a video, and ends with 1 when the service could not.
const { vod } = require("tencentcloud-sdk-nodejs");

const client = new vod.v20180717.Client({
  credential: { secretId: "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", secretKey: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE" },
  region: "ap-singapore",
  profile: { httpProfile: { endpoint: process.argv[2], protocol: "http://" } },
});

async function main() {
  const video = { SubAppId: 1500000001, ModelName: "Kling", ModelVersion: "2.6", Prompt: "a cat" };
  const { TaskId } = await client.CreateAigcVideoTask(video);
  for (;;) {
    const task = await client.DescribeTaskDetail({ TaskId });
    const detail = task.AigcVideoTask;
    if (task.Status === "FINISH") {
      console.log(detail.ErrCode === 0 ? detail.Output.FileInfos[0].FileUrl : detail.ErrCodeExt);
      return detail.ErrCode === 0 ? 0 : 1;
    }
    console.log(`${detail.Progress} %`);
  }
}

main().then((code) => process.exit(code));
