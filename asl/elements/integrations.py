"""Which service integrations Step Functions has: the services, their actions and their patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

AS_OF = "August 2026"
"""The newest change that the lists below know of: the last entry of the guide's release history."""

SDK_PREFIX = "aws-sdk:"

_REQUEST = frozenset({""})
_JOB = frozenset({"", "sync"})
_CALLBACK = frozenset({"", "waitForTaskToken"})
_ALL = frozenset({"", "sync", "waitForTaskToken"})

OPTIMISED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "apigateway": {"invoke": _CALLBACK},
    "athena": {
        "startQueryExecution": _JOB,
        "stopQueryExecution": _REQUEST,
        "getQueryExecution": _REQUEST,
        "getQueryResults": _REQUEST,
    },
    "batch": {"submitJob": _JOB},
    # Uncertain: the guide's table gives Bedrock the task token and does not say which action has it.
    "bedrock": {"invokeModel": _CALLBACK, "createModelCustomizationJob": _ALL},
    "bedrockagentcore": {"invokeHarness": _REQUEST},
    "codebuild": {
        "startBuild": _JOB,
        "stopBuild": _REQUEST,
        "batchDeleteBuilds": _REQUEST,
        "batchGetReports": _REQUEST,
        "startBuildBatch": _JOB,
        "stopBuildBatch": _REQUEST,
        "retryBuildBatch": _JOB,
        "deleteBuildBatch": _REQUEST,
    },
    "databrew": {"startJobRun": _JOB},
    "dynamodb": {
        "getItem": _REQUEST,
        "putItem": _REQUEST,
        "updateItem": _REQUEST,
        "deleteItem": _REQUEST,
    },
    "ecs": {"runTask": _ALL},
    # Uncertain: the guide's table gives EKS the task token, its page on EKS says that it has none.
    "eks": {
        "call": _CALLBACK,
        "runJob": _ALL,
        "createCluster": _ALL,
        "deleteCluster": _ALL,
        "createFargateProfile": _ALL,
        "deleteFargateProfile": _ALL,
        "createNodegroup": _ALL,
        "deleteNodegroup": _ALL,
    },
    "elasticmapreduce": {
        "createCluster": _JOB,
        "terminateCluster": _JOB,
        "setClusterTerminationProtection": _REQUEST,
        "addStep": _JOB,
        "cancelStep": _REQUEST,
        "modifyInstanceFleetByName": _REQUEST,
        "modifyInstanceGroupByName": _REQUEST,
    },
    "emr-containers": {
        "createVirtualCluster": _REQUEST,
        "deleteVirtualCluster": _JOB,
        "startJobRun": _JOB,
    },
    "emr-serverless": {
        "createApplication": _JOB,
        "startApplication": _JOB,
        "stopApplication": _JOB,
        "deleteApplication": _JOB,
        "startJobRun": _JOB,
        "cancelJobRun": _JOB,
    },
    "events": {"putEvents": _CALLBACK},
    "glue": {"startJobRun": _JOB},
    # Uncertain: the guide's table leaves HTTP tasks out, and nobody says that they have no task token.
    "http": {"invoke": _CALLBACK},
    "lambda": {"invoke": _CALLBACK},
    # Uncertain: the guide's table denies MediaConvert the task token; its page says only that nothing is
    # optimised for it.
    "mediaconvert": {"createJob": _ALL},
    "sagemaker": {
        "createEndpoint": _REQUEST,
        "createEndpointConfig": _REQUEST,
        "createHyperParameterTuningJob": _JOB,
        "createLabelingJob": _JOB,
        "createModel": _REQUEST,
        "createProcessingJob": _JOB,
        "createTrainingJob": _JOB,
        "createTransformJob": _JOB,
        "updateEndpoint": _REQUEST,
    },
    "sns": {"publish": _CALLBACK},
    "sqs": {"sendMessage": _CALLBACK},
    "states": {"startExecution": _ALL | {"sync:2"}},
}
"""The optimised integrations: service, action, and the patterns that the action takes.

A pattern is written as behind the action's dot; the empty one is request and response. AWS takes
getObject, listObjectsV2 and putObject of ``s3`` in a Map's ItemReader and ResultWriter only, so they
are not here.

Source: the guide, "Integrating optimized services with Step Functions" and its page on each service;
that dynamodb:query is none of them is recorded.
"""

_SDK = """
accessanalyzer account acm acmpca aiops amp amplify amplifybackend amplifyuibuilder apigateway
apigatewayv2 appconfig appconfigdata appfabric appflow appintegrations applicationautoscaling
applicationcostprofiler applicationdiscovery applicationinsights applicationsignals appmesh apprunner
appstream appsync arcregionswitch arczonalshift athena auditmanager autoscaling autoscalingplans b2bi
backup backupgateway backupsearch batch bcmdashboards bcmdataexports bcmpricingcalculator
bcmrecommendedactions bedrock bedrockagent bedrockagentcore bedrockagentcorecontrol bedrockagentruntime
bedrockdataautomation bedrockdataautomationruntime bedrockruntime billing billingconductor braket budgets
chime chimesdkidentity chimesdkmediapipelines chimesdkmeetings chimesdkmessaging chimesdkvoice cleanrooms
cleanroomsml cloud9 cloudcontrol clouddirectory cloudformation cloudfront cloudfrontkeyvaluestore cloudhsm
cloudhsmv2 cloudsearch cloudtrail cloudtraildata cloudwatch cloudwatchlogs codeartifact codebuild
codecatalyst codecommit codeconnections codedeploy codeguruprofiler codegurureviewer codegurusecurity
codepipeline codestarconnections codestarnotifications cognitoidentity cognitoidentityprovider cognitosync
comprehend comprehendmedical computeoptimizer computeoptimizerautomation config connect connectcampaigns
connectcampaignsv2 connectcases connectcontactlens connecthealth connectparticipant controlcatalog
controltower costandusagereport costexplorer costoptimizationhub customerprofiles databasemigration
databrew dataexchange datapipeline datasync datazone dax deadline detective devicefarm devopsagent
devopsguru directconnect directory directoryservicedata dlm docdb docdbelastic drs dsql dynamodb
dynamodbstreams ebs ec2 ec2instanceconnect ecr ecrpublic ecs efs eks eksauth elasticache elasticbeanstalk
elasticinference elasticloadbalancing elasticloadbalancingv2 elasticsearch elementalinference emr
emrcontainers emrserverless entityresolution eventbridge evidently finspace finspacedata firehose fis fms
forecast forecastquery frauddetector freetier fsx gamelift gameliftstreams geomaps geoplaces georoutes
glacier glue grafana greengrass greengrassv2 groundstation guardduty health healthlake honeycode iam
identitystore imagebuilder inspector inspector2 inspectorscan interconnect internetmonitor invoicing iot
iotanalytics iotdeviceadvisor iotevents ioteventsdata iotfleethub iotfleetwise iotjobsdataplane
iotmanagedintegrations iotsecuretunneling iotsitewise iotthingsgraph iottwinmaker iotwireless ivs ivschat
ivsrealtime kafka kafkaconnect kendra kendraranking keyspaces keyspacesstreams kinesis kinesisanalytics
kinesisanalyticsv2 kinesisvideo kinesisvideoarchivedmedia kinesisvideomedia kinesisvideosignaling
kinesisvideowebrtcstorage kms lakeformation lambda lambdacore lambdamicrovms launchwizard lexmodelsv2
lexruntimev2 licensemanager licensemanagerlinuxsubscriptions licensemanagerusersubscriptions lightsail
location lookoutequipment lookoutvision m2 macie2 mailmanager managedblockchain managedblockchainquery
marketplacecatalog marketplacecommerceanalytics marketplacediscovery marketplaceentitlement
marketplacemetering marketplacereporting mediaconnect mediaconvert medialive mediapackage mediapackagev2
mediapackagevod mediastore mediatailor medicalimaging memorydb mgn migrationhub migrationhubconfig
migrationhuborchestrator migrationhubrefactorspaces migrationhubstrategy mpa mq mturk mwaa mwaaserverless
neptune neptunegraph networkfirewall networkflowmonitor networkmanager networkmonitor
notificationscontacts novaact oam observabilityadmin odb omics opensearch opensearchserverless opsworkscm
organizations osis outposts panorama partnercentralaccount partnercentralbenefits partnercentralchannel
partnercentralrevenuemeasurement partnercentralselling paymentcryptography paymentcryptographydata
pcaconnectorad pcaconnectorscep pcs personalize personalizeevents personalizeruntime pi pinpoint
pinpointemail pinpointsmsvoice pinpointsmsvoicev2 pipes polly pricing proton qapps qbusiness qconnect
quicksight ram rbin rds rdsdata redshift redshiftdata redshiftserverless rekognition repostspace
resiliencehub resiliencehubv2 resourceexplorer2 resourcegroups resourcegroupstaggingapi rolesanywhere
route53 route53domains route53globalresolver route53profiles route53recoverycluster
route53recoverycontrolconfig route53recoveryreadiness route53resolver rtbfabric rum s3 s3control s3files
s3outposts s3tables s3vectors sagemaker sagemakera2iruntime sagemakeredge sagemakerfeaturestoreruntime
sagemakergeospatial sagemakerjobruntime sagemakermetrics sagemakerruntime sagemakerruntimehttp2
savingsplans scheduler schemas secretsmanager securityagent securityhub securityir securitylake
serverlessapplicationrepository servicecatalog servicecatalogappregistry servicediscovery servicequotas
ses sesv2 sfn shield signer signerdata signin simpledbv2 sms snowball snowdevicemanagement sns
socialmessaging sqs ssm ssmcontacts ssmguiconnect ssmincidents ssmquicksetup ssmsap sso ssoadmin ssooidc
storagegateway sts supplychain support supportapp supportauthz sustainability swf synthetics taxsettings
textract timestreaminfluxdb timestreamquery timestreamwrite tnb transcribe transfer translate
trustedadvisor uxc verifiedpermissions voiceid vpclattice waf wafregional wafv2 wellarchitected wickr
wisdom workdocs workmail workmailmessageflow workspaces workspacesinstances workspacesthinclient
workspacesweb xray
"""
"""Services of the AWS SDK integrations, as the ARN spells them: the guide, "Learning to use AWS service
SDK integrations in Step Functions" and "Service integrations release history". What the release history
adds is spelled by the SDK's own service names, as all others are."""

# Uncertain: the guide had these and has them no more, since the services end. Whether AWS still takes
# definitions with them is not known.
_SDK_RETIRED = """
alexaforbusiness apptest codestar elastictranscoder iot1clickprojects iotroborunner lexmodelbuilding
lexruntime lookoutmetrics macie mobile opsworks privatenetworks qldb qldbsession robomaker simspaceweaver
worklink
"""

# Uncertain: the SDKs have these, the guide's lists do not. Left out, and so not recognised, are only those
# that never were in any list: the ones called at an address of the user's own (apigatewaymanagementapi,
# which AWS is known to refuse, cloudsearchdomain, iotdataplane, mediastoredata), and importexport,
# machinelearning and simpledb.
_SDK_UNLISTED = """
accountaccess agentregistry agentregistrycontrol artifact chatbot cloudwatchomni eventbridgev2 evs
globalaccelerator iamtoolbox marketplaceagreement marketplacedeployment neptunedata networksecuritymanager
notifications pricingplanmanager
"""

_SDK_ACTION = re.compile(r"[a-z][a-zA-Z0-9]*")

_SDK_NAMES = {
    "bedrock": "bedrockruntime",
    "elasticmapreduce": "emr",
    "events": "eventbridge",
    "states": "sfn",
}
"""What the SDK integrations call a service whose optimised integration has another name.

Of ``bedrock`` it is the half that models are called at; the other is ``bedrock`` there too.
"""

_CLI_NAMES = {
    "ce": "costexplorer",
    "cognitoidp": "cognitoidentityprovider",
    "cur": "costandusagereport",
    "discovery": "applicationdiscovery",
    "dms": "databasemigration",
    "ds": "directory",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancingv2",
    "es": "elasticsearch",
    "lexv2models": "lexmodelsv2",
    "lexv2runtime": "lexruntimev2",
    "logs": "cloudwatchlogs",
    "meteringmarketplace": "marketplacemetering",
    "mgh": "migrationhub",
    "serverlessrepo": "serverlessapplicationrepository",
    "stepfunctions": "sfn",
}
"""What AWS's command line and boto3 call services, without hyphens, where Step Functions says otherwise."""
_BOTO3_NAMES = {sdk: cli for cli, sdk in _CLI_NAMES.items()} | {
    "directoryservicedata": "dsdata",
    "elasticmapreduce": "emr",
    "eventbridge": "events",
    "iotjobsdataplane": "iotjobsdata",
    "lexmodelbuilding": "lexmodels",
    "states": "stepfunctions",
}


@lru_cache(maxsize=1)
def _sdk_services() -> frozenset[str]:
    return frozenset(f"{_SDK} {_SDK_RETIRED} {_SDK_UNLISTED}".split())


def known_services() -> tuple[str, ...]:
    """All services as the ARN of an integration spells them, the optimised ones first, each in order.

    Source: the guide, "Integrating services with Step Functions".
    """
    return (*sorted(OPTIMISED), *(SDK_PREFIX + name for name in sorted(_sdk_services())))


def recognised(service: str, action: str, pattern: str) -> bool:
    """Whether a Task's Resource may name this integration.

    Of an SDK integration, the service is looked up and the action is looked at for its form alone: that
    the service has it, and that the guide does not call it unsupported, is not checked.

    Source: the guide, "Integrating optimized services with Step Functions" and "Learning to use AWS
    service SDK integrations in Step Functions"; lenient where the guide contradicts itself, see the
    lists.

    Args:
        service: As in the ARN: ``sqs``, ``aws-sdk:sqs``.
        action: As in the ARN, without the pattern: ``sendMessage``.
        pattern: As behind the dot: empty, ``sync``, ``sync:2`` or ``waitForTaskToken``.
    """
    if service.startswith(SDK_PREFIX):
        return (
            pattern in _CALLBACK
            and service.removeprefix(SDK_PREFIX) in _sdk_services()
            and _SDK_ACTION.fullmatch(action) is not None
        )
    return pattern in OPTIMISED.get(service, {}).get(action, ())


def boto3_name(service: str) -> str:
    """What boto3 calls a service, without hyphens, as far as the lists here know.

    Args:
        service: As in the ARN of an integration: ``states``, ``aws-sdk:cloudwatchlogs``.
    """
    plain = _plain(service.removeprefix(SDK_PREFIX))
    return _BOTO3_NAMES.get(plain, plain)


def similar(service: str, action: str) -> str | None:
    """A hint at what may have been meant by an integration that is not recognised.

    The texts are ours.

    Args:
        service: As in the ARN: ``sqs``, ``aws-sdk:sqs``.
        action: As in the ARN, without the pattern.

    Returns:
        ``did you mean 'dynamodb:getItem'?`` where a name is near; what the service or the action takes
        where only the rest of it is right; None where nothing is near.
    """
    if service.startswith(SDK_PREFIX):
        return _similar_of_sdk(service.removeprefix(SDK_PREFIX), action)
    if service in OPTIMISED:
        return _similar_of_service(service, action)
    meant = _optimised_name(service)
    if meant is not None and (near := _near(action, OPTIMISED[meant])):
        return f"did you mean '{meant}:{near}'?"
    sdk = _sdk_integration(service, action)
    if sdk is not None:
        return f"did you mean '{sdk}'?"
    return f"did you mean '{meant}'? {_actions(meant)}" if meant is not None else None


def _similar_of_sdk(service: str, action: str) -> str | None:
    meant = _sdk_integration(service, action)
    if meant is None:
        return None
    if meant == f"{SDK_PREFIX}{service}:{action}":
        return _forms(meant, _CALLBACK)
    return f"did you mean '{meant}'?"


def _similar_of_service(service: str, action: str) -> str:
    actions = OPTIMISED[service]
    if action in actions:
        return _forms(f"{service}:{action}", actions[action])
    if near := _near(action, actions):
        return f"did you mean '{service}:{near}'?"
    sdk = _sdk_integration(_SDK_NAMES.get(service, service), action)
    return _actions(service) + (f"; or did you mean '{sdk}'?" if sdk is not None else "")


def _actions(service: str) -> str:
    return f"{service} takes: {', '.join(OPTIMISED[service])}"


def _forms(integration: str, patterns: Iterable[str]) -> str:
    forms = [integration + (f".{pattern}" if pattern else "") for pattern in sorted(patterns)]
    return f"AWS takes: {', '.join(forms)}"


def _optimised_name(service: str) -> str | None:
    """The optimised integration's name of a service that is written in another way."""
    plain = _plain(service)
    plain = _CLI_NAMES.get(plain, plain)
    for name in OPTIMISED:
        if plain in (_plain(name), _SDK_NAMES.get(name)):
            return name
    return _near(service, OPTIMISED, cutoff=0.85)


def _sdk_integration(service: str, action: str) -> str | None:
    """The SDK integration of a service that is written in its way or another; None where there is none."""
    name = _plain(service)
    if name not in _sdk_services():
        name = _SDK_NAMES.get(name) or _CLI_NAMES.get(name) or _near(name, _sdk_services()) or ""
    camel = action[:1].lower() + action[1:]
    return f"{SDK_PREFIX}{name}:{camel}" if name and _SDK_ACTION.fullmatch(camel) else None


def _plain(service: str) -> str:
    return service.lower().replace("-", "")


def _near(text: str, names: Iterable[str], cutoff: float = 0.9) -> str | None:
    """The one name that differs from the text by case or by a slip of the hand.

    That is nearer than difflib's usual 0.6: dynamodb:updateTable is not meant to be updateItem.
    """
    from difflib import get_close_matches  # not before something is wrong

    lower = {name.lower(): name for name in sorted(names)}
    found = get_close_matches(text.lower(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else None


def waiting_variant(service: str, action: str) -> str | None:
    """The integration that does what this one does and waits for the end: ``glue:startJobRun.sync``.

    Args:
        service: As in the ARN: ``glue``, ``aws-sdk:glue``.
        action: As in the ARN: ``startJobRun``.

    Returns:
        None where Step Functions has none.
    """
    name = optimised_service(service)
    patterns = OPTIMISED.get(name or "", {}).get(action, frozenset())
    waiting = max((each for each in patterns if each.startswith("sync")), default=None)  # sync:2 before sync
    return None if waiting is None else f"{name}:{action}.{waiting}"


def optimised_service(service: str) -> str | None:
    """The name of a service among the optimised integrations, of an SDK integration's too; None without."""
    if not service.startswith(SDK_PREFIX):
        return service if service in OPTIMISED else None
    plain = service.removeprefix(SDK_PREFIX)
    names = (name for name in OPTIMISED if plain in (_plain(name), _SDK_NAMES.get(name)))
    return next(names, None)
