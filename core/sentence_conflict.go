package core

// conflictSentences are the texts of section 3 whose class is conflict, see sentences.
var conflictSentences = map[sentenceKey]sentence{
	{ReasonUseJoin, variantOwn}:                       {"You may join {unit} at once.", "Join it; staff give a reason and an end."},
	{ReasonUseJoin, variantOther}:                     {"{who} is staff and joins without your help.", ""},
	{ReasonUseJoin, ""}:                               {"{who} is staff and joins without your help.", ""},
	{ReasonAlreadyInvited, ""}:                        {"{who} is invited until {lapses}.", "Re-send or cancel invitation {id}."},
	{ReasonAlreadyRequested, ""}:                      {"{who} has asked to enter.", "Decide request {id}."},
	{ReasonAlreadyMember, variantOwn}:                 {"You are already in {unit}.", "Nothing to do."},
	{ReasonAlreadyMember, ""}:                         {"{who} is already in {unit}.", "Nothing to do."},
	{ReasonAlreadyInvited, variantOwn}:                {"You have an invitation to {unit}.", "Accept it."},
	{ReasonAlreadyInvited, variantOther}:              {"{who} is invited until {lapses}.", "Re-send or cancel invitation {id}."},
	{ReasonAlreadyRequested, variantOwn}:              {"Your request {id} waits until {lapses}.", "Withdraw it to ask anew."},
	{ReasonAlreadyRequested, "own, number not known"}: {"Your request waits.", "Withdraw it to ask anew."},
	{ReasonAlreadyRequested, variantOther}:            {"{who} has asked to enter.", "Decide request {id}."},
	{ReasonAlreadyDecided, ""}: {
		"{request or invitation} {id} was {state} by {who} at {time}.", "Nothing is left to decide.",
	},
	{ReasonLapsed, ""}:        {"{request or invitation} {id} lapsed at {time}.", "File a new one, or re-send the invitation."},
	{ReasonStale, ""}:         {"{thing} was changed by {who} while you were looking.", "Look at it again, then decide."},
	{ReasonNoLongerStaff, ""}: {"{who} is no longer staff for {organization}.", "Reject request {id}."},
	{ReasonLastMember, ""}:    {"{who} is the last member of {unit}.", "Add somebody first."},
	{ReasonLastAdmin, ""}:     {"{who} is the last administrator of {organization}.", "Give ADMIN to somebody first."},
	{ReasonLastEnrolledAdmin, ""}: {
		"You are the last administrator of {organization} with MFA, and MFA is required or scheduled there.",
		"Let another administrator turn theirs on first.",
	},
	{ReasonLastSupport, ""}: {"{who} is the last usable Support account.", "Set the flag on another account first."},
	{ReasonLastKey, ""}:     {"This is the only key of the account.", "Add another one first."},
	{ReasonMembersWithoutMFA, ""}: {
		"{n} people have no MFA and would be locked out: {people}.", "Read the list, then confirm, or set a date.",
	},
	{ReasonMembersWithoutMFA, variantOne}: {
		"{n} person has no MFA and would be locked out: {people}.", "Read the list, then confirm, or set a date.",
	},
	{ReasonMFANotOn, ""}: {"{who} has no MFA.", "There is nothing to switch off."},
	{ReasonProjectDisabled, ""}: {
		"{project} is disabled by Support: {reason}. Expected back {moment}.", "Ask Support.",
	},
	{ReasonHasAccessEntries, ""}:    {"{project} is still open to {roles, else people}.", "Take these away first."},
	{ReasonHasBuckets, ""}:          {"{project} still has {n} buckets or links.", "Delete them first."},
	{ReasonHasLinks, ""}:            {"{bucket} is linked in {projects}.", "Unlink it there, or force it, first."},
	{ReasonNotEmpty, ""}:            {"{unit} still has {n} {kind}.", "Delete or move them first."},
	{ReasonNotDeleted, ""}:          {"{project} is not deleted.", "Nothing to restore."},
	{ReasonOrganizationDeleted, ""}: {"The organization of {project} was deleted.", "The project cannot come back."},
	{ReasonRoleSetDiffers, ""}:      {"{template} uses other roles than {project}.", "Create a new project instead."},
	{ReasonRoleExists, ""}:          {"{role} exists already.", "Choose another name."},
	{ReasonRoleBuiltin, ""}:         {"{role} is built in and stays.", ""},
	{ReasonNameTaken, ""}:           {"{project} has a bucket or link named {name}.", "Choose another name."},
	{ReasonAlreadyLinked, ""}:       {"{project} has this bucket already as {name}.", "Nothing to do."},
	{ReasonNotLinked, ""}:           {"{project} has no link to this bucket.", "Nothing to do."},
	{ReasonNotShared, ""}:           {"{bucket} is not shared.", "Share it first."},
	{ReasonTicketClosed, ""}:        {"Ticket {n} is closed.", "Reopen it first."},
	{ReasonKeyTaken, ""}:            {"This key belongs to an account already.", "Use another key."},
	{ReasonUndoExpired, ""}:         {"This can be undone for five minutes only.", ""},
	{ReasonUndoStale, ""}:           {"{who} has changed it since. Undo would lose that.", ""},
	{ReasonHouseNotEmpty, ""}:       {"{Import, init} needs an empty house.", "Name a new file."},
	{ReasonAmbiguous, ""}:           {"{text} fits several: {number and name of each}.", "Use the number."},
}

// invalidSentences are the texts of section 3 whose class is invalid, see sentences.
var invalidSentences = map[sentenceKey]sentence{
	{ReasonNameRequired, ""}:     {"Give a name of 1 to 100 characters.", ""},
	{ReasonInvalidText, ""}:      {"{field}: {what is wrong, where}.", ""},
	{ReasonInvalidValue, ""}:     {"{field} must be {allowed}.", ""},
	{ReasonInvalidEmail, ""}:     {"{text} is not an e-mail address.", "Write it like ana@example.test."},
	{ReasonInvalidRole, ""}:      {"{role} is not a role here.", "Choose one of {allowed}."},
	{ReasonReasonRequired, ""}:   {"Give a reason of 3 to 500 characters with at least one letter or digit.", ""},
	{ReasonExpiryRequired, ""}:   {"Say until when: a length such as 4h, or a moment.", ""},
	{ReasonInvalidEnd, ""}:       {"The end must lie between {earliest} and {latest}.", ""},
	{ReasonCannotInviteSelf, ""}: {"You cannot invite yourself.", ""},
	{ReasonCannotInviteSelf, "join"}: {
		"You cannot invite yourself.", "Join instead.",
	},
	{ReasonTargetNotInOrg, ""}: {"{target} does not belong to {organization}.", "Choose one of its projects or people."},
	{ReasonCodeInvalid, ""}:    {"This code is unknown, used or lapsed.", "Ask the person who invited you to re-send it."},
	{ReasonInvalidKey, ""}:     {"This is not a public key that is accepted here: {allowed types}.", ""},
}
